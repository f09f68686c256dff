/** The command line of `npm run package`. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { SetupError } from '../lib/progress.mjs';

/** Targets by the platform they are for. No AppImage and no snap: their launchers switch the sandbox off. */
export const TARGETS = {
  linux: ['dir', 'deb', 'rpm'],
  win: ['dir', 'msi', 'nsis'],
  mac: ['dir', 'pkg', 'dmg'],
};

/** The name of a platform by Node's. */
export const HOST = { linux: 'linux', win32: 'win', darwin: 'mac' };

export const USAGE = `usage: npm run package -- --org DIR [options]

  --org DIR               the organisation: organisation.json, trust-root.json (docs/guide-packaging.md)
  --target LIST           ${Object.entries(TARGETS)
    .map(([platform, names]) => `${platform}: ${names.join(',')}`)
    .join('; ')} (default: the installers of the platform)
  --platform NAME         linux, win or mac (default: this computer's)
  --arch NAME             x64 or arm64 (default: this computer's)
  --out DIR               where packages and proofs go (default: out/package)
  --sign-key FILE         signs the list of checksums (a key file of sallyport-policy); may be repeated
  --passphrase-file FILE  its first line opens the key
  --compression NAME      xz (default) or gzip, which is faster and larger
  --development-runtime   Linux x64 without the pinned Electron: package the development runtime, marked as such
  --check                 only check the organisation and the configuration of all platforms
  --verify DIR            check packages in DIR: the signature of their checksums by the policy keys, then each file
  --kit FILE              write a kit for a disconnected build room (a tar.gz) instead of packages`;

const OPTIONS = {
  org: { type: 'string' },
  target: { type: 'string' },
  platform: { type: 'string' },
  arch: { type: 'string' },
  out: { type: 'string' },
  'sign-key': { type: 'string', multiple: true },
  'passphrase-file': { type: 'string' },
  compression: { type: 'string' },
  'development-runtime': { type: 'boolean' },
  check: { type: 'boolean' },
  kit: { type: 'string' },
  verify: { type: 'string' },
  help: { type: 'boolean' },
};

function parse(argv) {
  try {
    return parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: false }).values;
  } catch (error) {
    throw new SetupError(`${error.message}\n\n${USAGE}`);
  }
}

function oneOf(name, value, allowed) {
  if (!allowed.includes(value))
    throw new SetupError(`--${name} takes ${allowed.join(', ')}; it is ${value}.`);
  return value;
}

/**
 * @param {readonly string[]} argv
 * @param {string} root the repository's or the kit's directory
 * @throws {SetupError} what is wrong and the usage
 */
export function readArguments(argv, root) {
  const values = parse(argv);
  if (values.help) return { help: true };
  const platform = oneOf('platform', values.platform ?? HOST[process.platform], Object.keys(TARGETS));
  const arch = oneOf('arch', values.arch ?? process.arch, ['x64', 'arm64']);
  const targets = (values.target ?? TARGETS[platform].filter((name) => name !== 'dir').join(','))
    .split(',')
    .map((name) => oneOf('target', name, TARGETS[platform]));
  if (values.kit === undefined && values.org === undefined)
    throw new SetupError(`--org is missing.\n\n${USAGE}`);
  for (const file of values['sign-key'] ?? [])
    if (!existsSync(file)) throw new SetupError(`--sign-key: there is no file ${file}.`);
  return {
    help: false,
    org: values.org === undefined ? undefined : resolve(values.org),
    platform,
    arch,
    targets: [...new Set(targets)],
    out: resolve(values.out ?? `${root}/out/package`),
    signKeys: (values['sign-key'] ?? []).map((file) => resolve(file)),
    passphraseFile: values['passphrase-file'] === undefined ? undefined : resolve(values['passphrase-file']),
    compression: oneOf('compression', values.compression ?? 'xz', ['xz', 'gzip']),
    development: values['development-runtime'] === true,
    check: values.check === true,
    kit: values.kit === undefined ? undefined : resolve(values.kit),
    verify: values.verify === undefined ? undefined : resolve(values.verify),
  };
}
