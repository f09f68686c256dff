/** What `npm run package` makes, and the kit, which makes the same bytes without a network. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  cpSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { extractFile, listPackage } from '@electron/asar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../../build/lib/paths.mjs';
import { fuseWire, isElf, mitigationsOf } from './support/binaries.ts';
import {
  fileIn,
  makeAuthority,
  NAME,
  ORGANISATION,
  runPackage,
  writeOrganisation,
} from './support/product.ts';

let work: string;
let organisation: string;
let trustRoot: string;
let keys: string;
let output: string;

const sha256 = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex');
const DEB = ['--target', 'deb', '--compression', 'gzip', '--development-runtime'];

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'sallyport-packages-'));
  ({ trustRoot, keys } = makeAuthority(join(work, 'authority')));
  organisation = join(work, 'organisation');
  writeOrganisation(organisation, trustRoot);
  output = join(work, 'packages');
  const { code, output: said } = runPackage([
    ...['--org', organisation, '--out', output, ...DEB, '--sign-key', join(keys, 'policy-1.key.pem')],
  ]);
  expect(code, said).toBe(0);
}, 300_000);

afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('the package', () => {
  const unpacked = () => join(output, 'linux-unpacked');
  const asar = () => join(unpacked(), 'resources', 'app.asar');

  it('has every fuse as it was decided (16)', () => {
    const wire = fuseWire(join(unpacked(), NAME));
    expect(wire.length).toBeGreaterThanOrEqual(8);
    // run-as-node, cookies, NODE_OPTIONS, inspect, integrity, only-from-asar, snapshot, file privileges, wasm traps
    expect(wire).toBe('010011001'.slice(0, wire.length));
  });

  it('carries the organisation’s anchor in the archive', () => {
    expect(extractFile(asar(), 'trust/trust-root.json').equals(readFileSync(trustRoot))).toBe(true);
    expect(JSON.parse(extractFile(asar(), 'trust/organisation.json').toString())).toMatchObject({
      name: ORGANISATION.name,
      pkcs11Modules: { linux: ORGANISATION.pkcs11Modules.linux },
    });
  });

  it('has no test hook, source map, source, command line or development dependency (25)', () => {
    const names = listPackage(asar(), { isPack: false });
    expect(names).toContain('/main.cjs');
    expect(names.filter((name) => /\.(?:map|ts|tsx)$|\.test\.|^\/sallyport-/.test(name))).toEqual([]);
    const packages = names.filter((name) => /^\/node_modules\/(?:@[^/]+\/)?[^/@]+$/.test(name));
    expect(packages).toEqual([
      '/node_modules/@koromix/koffi-linux-x64',
      '/node_modules/@libsql/linux-x64-gnu',
      '/node_modules/@neon-rs/load',
      '/node_modules/keytar',
      '/node_modules/koffi',
      '/node_modules/libsql',
      '/node_modules/pkcs11js',
    ]);
    for (const name of names.filter(
      (each) => /\.(?:cjs|js|html)$/.test(each) && !each.startsWith('/node_modules'),
    )) {
      const text = extractFile(asar(), name.slice(1)).toString('utf8');
      for (const hook of ['sallyport-test-root', '__TEST_BUILD__', 'sourceMappingURL', 'playwright'])
        expect(text.includes(hook), `${name}: ${hook}`).toBe(false);
    }
    const outside = readdirSync(join(unpacked(), 'resources')).sort();
    expect(outside).toEqual(['app.asar', 'app.asar.unpacked', 'apparmor-profile', 'cli']);
  });

  it('consists of programs that are position independent, with RELRO and without code that can be written', () => {
    const resources = join(unpacked(), 'resources');
    const files = readdirSync(unpacked(), { recursive: true, encoding: 'utf8' })
      .map((name) => join(unpacked(), name))
      .filter((file) => lstatSync(file).isFile() && isElf(file));
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const { bindNow, stackProtector, ...found } = mitigationsOf(file);
      expect({ file, ...found }).toEqual({ file, type: 'DYN', relro: true, writableCode: false });
      // koffi and keytar are packaged as their makers built them; docs/guide-packaging.md says so.
      const isPrebuilt = file.startsWith(resources) && !file.endsWith('pkcs11.node');
      if (!isPrebuilt) expect({ file, bindNow }).toEqual({ file, bindNow: true });
      if (file.endsWith('pkcs11.node') || file.endsWith(NAME)) expect(stackProtector, file).toBe(true);
    }
  });

  it('comes with a bill of materials of what is inside', () => {
    const bom = JSON.parse(readFileSync(join(output, 'sbom.cdx.json'), 'utf8'));
    expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
    const versions = new Map(
      bom.components.map(({ name, version }: { name: string; version: string }) => [name, version]),
    );
    for (const name of [
      'electron',
      'chromium',
      'node',
      'v8',
      'openssl',
      'koffi',
      'pkcs11js',
      '@github/keytar',
      'saxes',
      'react',
    ])
      expect(versions.get(name), name).toMatch(/\d/);
    for (const name of ['vitest', 'esbuild', 'playwright-core', 'typescript'])
      expect(versions.has(name)).toBe(false);
    const natives = bom.components.filter(({ type }: { type: string }) => type === 'file');
    const resources = join(unpacked(), 'resources');
    expect(natives.map(({ name }: { name: string }) => name)).toEqual(
      readdirSync(resources, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.node'))
        .sort(),
    );
    for (const { name, hashes } of natives)
      expect(hashes, name).toEqual([{ alg: 'SHA-256', content: sha256(join(resources, name)) }]);
    const text = readFileSync(join(output, 'LICENCES.txt'), 'utf8');
    expect(text).toContain('react ');
    expect(text).not.toContain('UNKNOWN');
  });

  it('comes with provenance and checksums that the organisation’s key has signed', () => {
    const list = readFileSync(join(output, 'SHA256SUMS'), 'utf8');
    execFileSync('sha256sum', ['--quiet', '--check', 'SHA256SUMS'], { cwd: output });
    const { subject, predicateType } = JSON.parse(readFileSync(join(output, 'provenance.json'), 'utf8'));
    expect(predicateType).toBe('https://slsa.dev/provenance/v1');
    const deb = fileIn(output, '.deb');
    expect(subject).toContainEqual({ name: `${NAME}_0.1.0_amd64.deb`, digest: { sha256: sha256(deb) } });
    const tools = createRequire(import.meta.url)(join(ROOT, 'out/package-tools/tools.cjs'));
    const envelope = readFileSync(join(output, 'SHA256SUMS.dsse.json'));
    expect(tools.verifyChecksums(envelope, readFileSync(trustRoot))).toBe(list);
    const changed = JSON.parse(envelope.toString());
    changed.payload = Buffer.from(list.replace(/^./, (c) => (c === '0' ? '1' : '0'))).toString('base64');
    expect(() =>
      tools.verifyChecksums(Buffer.from(JSON.stringify(changed)), readFileSync(trustRoot)),
    ).toThrow('BELOW_THRESHOLD');
    const other = tools.signChecksums(list, [
      { name: 'other', pem: readFileSync(join(keys, 'freshness-1.key.pem'), 'latin1') },
    ]);
    expect(() => tools.verifyChecksums(Buffer.from(other), readFileSync(trustRoot))).toThrow(
      'UNKNOWN_SIGNER',
    );
  });
});

describe('--verify', () => {
  const verify = () => runPackage(['--org', organisation, '--verify', output]);
  /** Changes something, asks, and puts it back. */
  const refusedAfter = (change: () => () => void): string => {
    const undo = change();
    try {
      const { code, output: said } = verify();
      expect(code, said).toBe(1);
      return said;
    } finally {
      undo();
    }
  };
  const edited = (name: string) => () => {
    const file = join(output, name);
    cpSync(file, join(work, 'kept'));
    appendFileSync(file, '#');
    return () => cpSync(join(work, 'kept'), file);
  };

  it('takes what was made', () => {
    const { code, output: said } = verify();
    expect(code, said).toBe(0);
    expect(said).toContain(`${NAME}_0.1.0_amd64.deb`);
  });

  it('refuses a package, a proof and a list with other bytes', () => {
    expect(refusedAfter(edited(`${NAME}_0.1.0_amd64.deb`))).toContain('is not what was signed');
    expect(refusedAfter(edited('sbom.cdx.json'))).toContain('is not what was signed');
    expect(refusedAfter(edited('SHA256SUMS'))).toContain('is not the list that was signed');
  });

  it('refuses a package that is missing, and one that nobody signed', () => {
    const deb = join(output, `${NAME}_0.1.0_amd64.deb`);
    const missing = () => {
      renameSync(deb, join(work, 'away'));
      return () => renameSync(join(work, 'away'), deb);
    };
    expect(refusedAfter(missing)).toContain('(missing)');
    const stray = () => {
      const file = join(output, `${NAME}_0.1.1_amd64.deb`);
      writeFileSync(file, 'newer');
      return () => rmSync(file);
    };
    expect(refusedAfter(stray)).toContain('nobody signed it');
    const unsigned = () => {
      const envelope = join(output, 'SHA256SUMS.dsse.json');
      renameSync(envelope, join(work, 'away'));
      return () => renameSync(join(work, 'away'), envelope);
    };
    expect(refusedAfter(unsigned)).toContain('nobody signed it');
  });
});

describe('the kit', () => {
  it('makes the same bytes in a room without a network, a repository or a compiler', () => {
    const file = join(work, 'kit.tar.gz');
    const made = runPackage(['--kit', file]);
    expect(made.code, made.output).toBe(0);
    execFileSync('tar', ['-xzf', file, '-C', work]);
    const kit = join(work, 'sallyport-kit-0.1.0');
    execFileSync('sha256sum', ['--quiet', '--check', 'SHA256SUMS'], { cwd: kit });
    for (const name of ['typescript', 'esbuild', 'vitest'])
      expect(readdirSync(join(kit, 'node_modules'))).not.toContain(name);
    const out = join(work, 'from-kit');
    const { code, output: said } = runPackage(['--org', organisation, '--out', out, ...DEB], kit);
    expect(code, said).toBe(0);
    const asar = 'linux-unpacked/resources/app.asar';
    expect(sha256(join(out, asar))).toBe(sha256(join(output, asar)));
    expect(sha256(fileIn(out, '.deb'))).toBe(sha256(fileIn(output, '.deb')));
    for (const proof of ['sbom.cdx.json', 'LICENCES.txt'])
      expect(sha256(join(out, proof)), proof).toBe(sha256(join(output, proof)));
  }, 300_000);

  it('packages for the kind of computer that it was made on, and for no other', () => {
    const kit = join(work, 'sallyport-kit-0.1.0');
    const file = join(kit, 'kit.json');
    const made = JSON.parse(readFileSync(file, 'utf8'));
    expect([made.platform, made.arch]).toEqual([process.platform, process.arch]);
    writeFileSync(file, JSON.stringify({ ...made, platform: 'win32' }));
    const { code, output: said } = runPackage(['--org', organisation, '--platform', 'linux'], kit);
    writeFileSync(file, JSON.stringify(made));
    expect([code, said]).toEqual([1, expect.stringContaining('those of win32')]);
  });

  it('lists what has to be mirrored, with the checksums that the tools themselves pin', () => {
    const { files } = JSON.parse(readFileSync(join(work, 'sallyport-kit-0.1.0/mirror.json'), 'utf8'));
    expect(files.length).toBeGreaterThan(10);
    const source = [
      ...['toolsets/windows.js', 'toolsets/7zip.js', 'targets/MsiTarget.js'].map(
        (file) => `app-builder-lib/out/${file}`,
      ),
      'dmg-builder/out/dmgUtil.js',
    ]
      .map((file) => readFileSync(join(ROOT, 'node_modules', file), 'utf8'))
      .join('');
    const names: readonly string[] = files.map(({ name }: { name: string }) => name);
    // What each installer asks for: NSIS, WiX, signing, and the two halves of dmgbuild.
    for (const wanted of [
      /^nsis-3/,
      /^nsis-resources-/,
      /^wix-/,
      /^winCodeSign-/,
      /^dmgbuild-bundle-arm64/,
      /^dmgbuild-bundle-x86_64/,
    ])
      expect(
        names.filter((name) => wanted.test(name)),
        String(wanted),
      ).toHaveLength(1);
    for (const { name, url, sha256: sum } of files) {
      expect(sum, name).toMatch(/^[0-9a-f]{64}$/);
      if (!name.startsWith('electron-')) expect(source.includes(sum), url).toBe(true);
    }
  });
});

describe('the hardening list', () => {
  it('has a test of the packaged program for each of its numbers', () => {
    const titles = ['packages.test.ts', 'installed.test.ts']
      .map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'))
      .flatMap((text) => [...text.matchAll(/^ *(?:it|describe)\('[^\n]*\(([\d, ]+)\)', /gm)])
      .flatMap(([, numbers = '']) => numbers.split(', ').map(Number));
    expect([...new Set(titles)].sort()).toEqual([16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26]);
  });
});
