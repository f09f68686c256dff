/**
 * What an organisation puts into its packages: `organisation.json`, `trust-root.json` and, if it likes, `icons/`. Nothing
 * of it is compiled. Everything is checked here, because what is wrong in a package is wrong on every computer.
 */
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SetupError } from '../lib/progress.mjs';

const FORMAT = 'sallyport.organisation/1';
const MAX_FILE_BYTES = 1024 * 1024;

/** An expiring root locks every computer out; a package takes weeks to roll out. */
const MINIMUM_LIFE_MS = 30 * 24 * 60 * 60 * 1000;

/** One line that goes into control files, desktop entries and registry values of three systems. */
const LINE = /^[^\p{Cc}\p{Cs}"'\\`$<>%{}]{1,100}$/u;
const MAINTAINER = /^[^\p{Cc}"'\\`$<>%{}]{1,80} <[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}>$/u;
const HOMEPAGE = /^https:\/\/[A-Za-z0-9.-]{1,190}(?::\d{1,5})?(?:\/[A-Za-z0-9._~/-]{0,200})?$/;
const DEB_DEPENDENCY = /^[a-z0-9][a-z0-9.+-]{1,60}(?: \([<>=]{1,2} [A-Za-z0-9.+:~-]{1,40}\))?$/;
const RPM_DEPENDENCY = /^[A-Za-z0-9][A-Za-z0-9._+-]{1,60}(?: [<>=]{1,2} [A-Za-z0-9.+:~-]{1,40})?$/;

const MODULE_PATH = {
  linux: /^\/(?!.*\.\.)[\w./+-]{1,250}\.so(?:\.\d+)*$/,
  win32: /^[A-Z]:\\(?!.*\.\.)[\w\\ ().-]{1,250}\.dll$/,
  darwin: /^\/(?!.*\.\.)[\w./+ -]{1,250}\.(?:dylib|so)$/,
};

/**
 * @typedef {object} Organisation
 * @property {string} name
 * @property {string} maintainer `Name <address>`
 * @property {string} homepage
 * @property {string} copyright
 * @property {{ linux: string[], win32: string[], darwin: string[] }} pkcs11Modules for information and for dependencies; the policy decides which is loaded
 * @property {{ deb: string[], rpm: string[] }} packages packages that bring these modules
 * @property {Buffer} trustRoot
 * @property {{ version: number, expires: number }} anchor
 * @property {string | undefined} icons directory of `NxN.png`
 */

function refuse(text) {
  throw new SetupError(`The organisation's directory: ${text}`);
}

function readSmall(directory, name) {
  const path = join(directory, name);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) refuse(`there is no ${name}.`);
  if (!stats.isFile() || stats.size > MAX_FILE_BYTES) refuse(`${name} is no file of at most 1 MiB.`);
  return readFileSync(path);
}

function readJson(directory, name) {
  const bytes = readSmall(directory, name);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return refuse(`${name} is not JSON in UTF-8.`);
  }
}

function isRecord(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function onlyKeys(value, allowed, where) {
  if (!isRecord(value)) refuse(`${where} is no object.`);
  const unknown = Object.keys(value).find((key) => !allowed.includes(key));
  if (unknown !== undefined)
    refuse(`${where} has the unknown member ${JSON.stringify(unknown).slice(0, 80)}.`);
}

function text(value, pattern, where) {
  if (typeof value !== 'string' || !pattern.test(value)) refuse(`${where} is missing or not of the form.`);
  return value;
}

function texts(value, pattern, where) {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > 20) refuse(`${where} is no list of at most 20.`);
  return value.map((item, index) => text(item, pattern, `${where}[${index}]`));
}

/** True for a file that would be taken for a trust root: another one beside it is a mistake that nobody may have to guess at. */
function looksLikeRoot(directory, name) {
  if (!name.endsWith('.json') || name === 'organisation.json') return false;
  const stats = lstatSync(join(directory, name));
  if (!stats.isFile() || stats.size > MAX_FILE_BYTES) return false;
  return readFileSync(join(directory, name), 'utf8').includes('application/vnd.sallyport.root.v1+json');
}

/** The one trust root, verified by the client's own code. */
function readAnchor(directory, { checkAnchor }, now) {
  const roots = readdirSync(directory).filter((name) => looksLikeRoot(directory, name));
  const others = roots.filter((name) => name !== 'trust-root.json');
  if (others.length > 0)
    refuse(`there must be exactly one trust root, trust-root.json; there is also ${others.join(', ')}.`);
  const trustRoot = readSmall(directory, 'trust-root.json');
  let anchor;
  try {
    anchor = checkAnchor(trustRoot);
  } catch (error) {
    refuse(`trust-root.json is no valid trust root (${error.message}).`);
  }
  if (anchor.expires <= now + MINIMUM_LIFE_MS)
    refuse(
      `trust-root.json expires on ${new Date(anchor.expires).toISOString()}, too soon to be rolled out.`,
    );
  return { trustRoot, anchor };
}

/**
 * Icons of all three systems, or none: for what is missing, electron-builder would take Electron's own, or look for a
 * converter in the network.
 */
function readIcons(directory) {
  const icons = join(directory, 'icons');
  if (lstatSync(icons, { throwIfNoEntry: false }) === undefined) return undefined;
  for (const name of ['png/256x256.png', 'icon.ico', 'icon.icns'])
    if (!existsSync(join(icons, name))) refuse(`icons has no ${name}; it has to hold all of them.`);
  return icons;
}

/**
 * @param {string} directory
 * @param {{ checkAnchor: (bytes: Uint8Array) => { version: number, expires: number } }} tools
 * @param {number} now milliseconds since 1970
 * @returns {Organisation}
 * @throws {SetupError}
 */
export function readOrganisation(directory, tools, now) {
  if (!lstatSync(directory, { throwIfNoEntry: false })?.isDirectory())
    throw new SetupError(`--org: ${directory} is no directory.`);
  const document = readJson(directory, 'organisation.json');
  onlyKeys(
    document,
    ['format', 'name', 'maintainer', 'homepage', 'copyright', 'pkcs11Modules', 'packages'],
    'organisation.json',
  );
  if (document.format !== FORMAT) refuse(`organisation.json: format has to be ${FORMAT}.`);
  const modules = document.pkcs11Modules ?? {};
  onlyKeys(modules, ['linux', 'win32', 'darwin'], 'pkcs11Modules');
  const packages = document.packages ?? {};
  onlyKeys(packages, ['deb', 'rpm'], 'packages');
  const name = text(document.name, LINE, 'name');
  return {
    name,
    maintainer: text(document.maintainer, MAINTAINER, 'maintainer'),
    homepage: text(document.homepage, HOMEPAGE, 'homepage'),
    copyright: document.copyright === undefined ? name : text(document.copyright, LINE, 'copyright'),
    pkcs11Modules: Object.fromEntries(
      Object.entries(MODULE_PATH).map(([platform, pattern]) => [
        platform,
        texts(modules[platform], pattern, `pkcs11Modules.${platform}`),
      ]),
    ),
    packages: {
      deb: texts(packages.deb, DEB_DEPENDENCY, 'packages.deb'),
      rpm: texts(packages.rpm, RPM_DEPENDENCY, 'packages.rpm'),
    },
    ...readAnchor(directory, tools, now),
    icons: readIcons(directory),
  };
}

/** What of the organisation is packaged beside the trust root, for people who look into the archive. */
export function publicPart({ name, homepage, pkcs11Modules, anchor }) {
  return {
    format: FORMAT,
    name,
    homepage,
    pkcs11Modules,
    trustRoot: { version: anchor.version, expires: new Date(anchor.expires).toISOString() },
  };
}
