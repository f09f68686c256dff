/** The staged project that electron-builder packs: bundles, command lines, trust anchor, scripts of the Linux packages. */
import { chmodSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { publicPart } from './organisation.mjs';

const LINUX = join(import.meta.dirname, 'linux');

/** The command lines, by the name they are started by. */
export const COMMANDS = ['sallyport-policy', 'sallyport-doctor', 'sallyport-audit'];

/** Replaces `@NAME@`; a name without a value is an error of the template. */
export function fill(template, values) {
  return template.replace(/@([A-Z_]+)@/g, (_, name) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for @${name}@`);
    return value;
  });
}

function writeJson(file, value) {
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}

function stageApp(source, target, { organisation, version, product }) {
  cpSync(source, target, { recursive: true, dereference: true });
  for (const name of readdirSync(target))
    if (COMMANDS.some((command) => name === `${command}.cjs`)) rmSync(join(target, name));
  const trust = join(target, 'trust');
  rmSync(trust, { recursive: true, force: true });
  mkdirSync(trust);
  writeFileSync(join(trust, 'trust-root.json'), organisation.trustRoot);
  writeJson(join(trust, 'organisation.json'), publicPart(organisation));
  writeJson(join(target, 'package.json'), {
    name: product.name,
    productName: product.directory,
    description: `Hardened XMPP client of ${organisation.name}`,
    version,
    private: true,
    main: 'main.cjs',
    homepage: organisation.homepage,
    author: authorOf(organisation.maintainer),
    license: 'Apache-2.0',
  });
}

function authorOf(maintainer) {
  const [, name, email] = /^(.*) <(.*)>$/.exec(maintainer) ?? [];
  return { name, email };
}

/** `/usr/bin/sallyport-policy` and its kind: they need a Node of their own, because the application is none (fuse). */
function stageCli(source, target) {
  cpSync(source, target, { recursive: true, dereference: true });
  const launcher = readFileSync(join(LINUX, 'scripts', 'cli'), 'utf8');
  for (const command of COMMANDS) {
    writeFileSync(join(target, command), fill(launcher, { COMMAND: command }));
    chmodSync(join(target, command), 0o755);
  }
}

/** Scripts, man pages and the AppArmor profile of deb and rpm. */
function stageLinux(target, { product, version, epoch }) {
  const date = new Date(epoch * 1000).toISOString().slice(0, 10);
  const values = { NAME: product.name, DIRECTORY: product.directory, VERSION: version, DATE: date };
  mkdirSync(target, { recursive: true });
  for (const name of ['preinst', 'postinst', 'prerm', 'postrm', 'apparmor-profile']) {
    writeFileSync(join(target, name), fill(readFileSync(join(LINUX, 'scripts', name), 'utf8'), values));
    chmodSync(join(target, name), name === 'apparmor-profile' ? 0o644 : 0o755);
  }
  mkdirSync(join(target, 'policy-directory'));
  mkdirSync(join(target, 'man'));
  for (const page of ['sallyport', ...COMMANDS]) {
    const text = fill(readFileSync(join(LINUX, 'man', `${page}.1`), 'utf8'), values);
    writeFileSync(join(target, 'man', `${page}.1.gz`), gzipSync(text, { level: 9 }));
  }
}

/**
 * @param {{ root: string, stage: string, organisation: import('./organisation.mjs').Organisation,
 *   product: import('./product.mjs').Product, version: string, epoch: number }} facts
 */
export function makeStage({ root, stage, ...facts }) {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  stageApp(join(root, 'out', 'app'), join(stage, 'app'), facts);
  stageCli(join(root, 'out', 'cli'), join(stage, 'cli'));
  stageLinux(join(stage, 'linux'), facts);
  writeJson(join(stage, 'package.json'), { name: facts.product.name, version: facts.version, private: true });
}

/** Files of the Linux packages beside the application's directory, as arguments for fpm: `source=target`. */
export function linuxMappings({ stage, product }) {
  const files = join(stage, 'linux');
  const links = [
    [`/usr/bin/${product.name}`, `/opt/${product.directory}/${product.name}`],
    ...COMMANDS.map((command) => [
      `/usr/bin/${command}`,
      `/opt/${product.directory}/resources/cli/${command}`,
    ]),
  ];
  const pages = ['sallyport', ...COMMANDS].map(
    (page) =>
      `${files}/man/${page}.1.gz=/usr/share/man/man1/${page === 'sallyport' ? product.name : page}.1.gz`,
  );
  return [
    ...links.flatMap(([at, to]) => ['--link', `${at}=${to}`]),
    ...pages,
    `${files}/policy-directory/=/etc/sallyport`,
  ];
}
