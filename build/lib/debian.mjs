/** Installing the Debian packages that demo and tests use. */
import { readFileSync } from 'node:fs';
import { IS_ROOT } from './paths.mjs';
import { progress, SetupError } from './progress.mjs';
import { run, tail } from './run.mjs';

/**
 * Runs as root with the packages as its arguments. While it works, policy-rc.d tells the packages' scripts not to start
 * the services they bring (a card service, an XMPP server): the demo starts its own, as an ordinary user. A policy-rc.d
 * that is there already is left alone. What a package of this run enabled for the next boot is switched off again.
 */
const INSTALL = `
set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' HUP INT TERM
  printf '#!/bin/sh\\nexit 101\\n' >"$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -o DPkg::Lock::Timeout=300 update -q
apt-get -o DPkg::Lock::Timeout=300 install -q -y --no-install-recommends "$@"
if [ -d /run/systemd/system ]; then
  for package in "$@"; do
    case "$package" in
      prosody) systemctl disable --quiet prosody.service || true ;;
      pcscd) systemctl disable --quiet pcscd.service pcscd.socket || true ;;
    esac
  done
fi
`;

/** The names of all packages of the list, whatever they are for. */
function wantedPackages(file) {
  return Object.values(JSON.parse(readFileSync(file, 'utf8'))).flatMap((group) => Object.keys(group));
}

/** What dpkg-query is asked for, in this order. */
const FIELDS = ['db:Status-Status', 'Package', 'Provides'];

/** Installed packages and what they provide (newer releases renamed some libraries and provide the old name). */
async function installedPackages() {
  const { code, stdout } = await run('dpkg-query', [
    '--show',
    `--showformat=${FIELDS.map((field) => `\${${field}}`).join('\\t')}\\n`,
  ]);
  if (code !== 0) return undefined;
  const names = new Set();
  for (const line of stdout.split('\n')) {
    const [status, name, provides = ''] = line.split('\t');
    if (status !== 'installed') continue;
    names.add(name);
    for (const other of provides.split(',')) names.add(other.trim().split(/[ :]/)[0]);
  }
  return names;
}

/** How to get root's rights without asking: directly, by `sudo -n`, or not at all. */
async function rootCommand() {
  if (IS_ROOT) return [];
  return (await run('sudo', ['-n', 'true'])).code === 0 ? ['sudo', '-n'] : undefined;
}

/**
 * Installs what is missing of the packages that `file` lists by purpose.
 *
 * @param {string} file
 * @throws {SetupError} naming the packages and the command where there are no rights to install them.
 */
export async function installDebianPackages(file) {
  const wanted = wantedPackages(file);
  const installed = await installedPackages();
  if (installed === undefined)
    throw new SetupError(
      `The demo and the tests run on Debian 12 or a system like it (dpkg-query was not found). They use: ${wanted.join(' ')}`,
    );
  const missing = wanted.filter((name) => !installed.has(name));
  if (missing.length === 0) return;
  const root = await rootCommand();
  if (root === undefined)
    throw new SetupError(
      `These Debian packages are missing, and there are no rights to install them (neither root nor sudo without a password):\n  ${missing.join(' ')}\nInstall them with:\n  sudo apt-get install --no-install-recommends ${missing.join(' ')}`,
    );
  progress(`installing ${missing.length} Debian packages: ${missing.join(' ')}`);
  const [command, ...args] = [...root, 'sh', '-c', INSTALL, 'install', ...missing];
  const { code, output } = await run(command, args, { label: 'apt-get' });
  if (code !== 0) throw new SetupError(`Installing ${missing.join(' ')} failed:\n${tail(output)}`);
}
