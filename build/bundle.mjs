/**
 * Bundles the application with esbuild into CommonJS files and a renderer directory:
 *
 * - `out/app`: the production build, what packaging takes;
 * - `out/app-test`: the same sources with `__TEST_BUILD__` true, which demo and tests drive. It is marked in the window;
 * - `out/cli`: the administrators' command lines alone, for a computer that has Node and nothing else.
 * - `out/file-gate`: the server's file gate, one program for plain Node;
 * - `out/console-server`: the administrators' console, its page and command line, and SQLite beside them.
 *
 * Native packages stay outside of the bundles; what runs of them is copied to `node_modules` beside them.
 * `node build/bundle.mjs [app] [app-test] [file-gate] [console] [cli]` makes those that are named, without an argument all.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { writePackageList } from './lib/bundled-packages.mjs';
import { bundleConsole } from './lib/console-bundle.mjs';
import { bundleFileGate } from './lib/file-gate-bundle.mjs';
import { copyNativePackages, NATIVE_PACKAGES } from './lib/native-packages.mjs';
import { ROOT } from './lib/paths.mjs';
import { progress, runMain, SetupError } from './lib/progress.mjs';
import { run, tail } from './lib/run.mjs';

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));

/** Bundles that run in Node or in Electron's Node: output name to source. */
const NODE_ENTRIES = {
  main: 'src/main/main.ts',
  session: 'src/session/process.ts',
  'tls-worker': 'src/tls/worker.ts',
  'store-worker': 'src/store/worker.ts',
  token: 'src/token/process.ts',
  'preload-chat': 'src/preload/chat.ts',
  'preload-tile': 'src/preload/tile.ts',
  'preload-pin': 'src/preload/pin.ts',
  'preload-password': 'src/preload/password.ts',
};

/** Command lines; they run on plain Node and on the Electron of the application alike. */
const CLI_ENTRIES = {
  'sallyport-policy': 'src/cli/policy/main.ts',
  'sallyport-doctor': 'src/cli/doctor/main.ts',
  'sallyport-audit': 'src/cli/audit/main.ts',
};

const WINDOWS = ['chat', 'tile', 'pin', 'password'];

/**
 * The two bundles that Electron starts as utility processes. Its loader searches such a file for the names that it exports, with a
 * WebAssembly module that copies it twice and stays in memory (four octets a character). So it is given a file of one line.
 */
const UTILITIES = ['session', 'token'];

/** The Node that both Electron releases have at least, and the Chromium of the older one. */
const NODE_TARGET = 'node20.18';
const CHROMIUM_TARGET = 'chrome130';

/** Milliseconds since 1970; SOURCE_DATE_EPOCH (seconds) makes two builds of one commit equal. */
function buildTime() {
  const epoch = process.env.SOURCE_DATE_EPOCH;
  if (epoch === undefined) return Date.now();
  if (!/^\d{1,12}$/.test(epoch)) throw new SetupError('SOURCE_DATE_EPOCH must be a number of seconds.');
  return Number(epoch) * 1000;
}

/** Settings of every bundle. `minifySyntax` removes what a define switched off; names stay readable. */
function common(testBuild) {
  return {
    absWorkingDir: ROOT,
    bundle: true,
    minifySyntax: true,
    sourcemap: false,
    metafile: true,
    treeShaking: true,
    logLevel: 'warning',
    define: {
      __TEST_BUILD__: String(testBuild),
      __APP_VERSION__: JSON.stringify(version),
      __BUILD_TIME__: String(buildTime()),
      'process.env.NODE_ENV': '"production"',
    },
  };
}

function nodeBundle(base, outdir, entries, banner) {
  return {
    ...base,
    entryPoints: entries,
    outdir,
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    target: NODE_TARGET,
    external: ['electron', ...NATIVE_PACKAGES],
    ...(banner === undefined ? {} : { banner: { js: banner } }),
  };
}

/** Whatever is in a file stays in memory as its source. Names stay readable, and so does the line of an error. */
function lean(options) {
  return { ...options, minifyWhitespace: true, lineLimit: 160 };
}

/** Whatever is in a page's script has to be read at every start; here names are shortened, too. */
function rendererBundle(base, outdir) {
  return {
    ...base,
    minify: true,
    entryPoints: Object.fromEntries(WINDOWS.map((name) => [name, `src/renderer/${name}/main.tsx`])),
    outdir,
    platform: 'browser',
    format: 'iife',
    target: CHROMIUM_TARGET,
    jsx: 'automatic',
    loader: { '.svg': 'file', '.png': 'file', '.woff2': 'file' },
    assetNames: '[name]-[hash]',
  };
}

function writeDescription(directory) {
  writeFileSync(
    join(directory, 'package.json'),
    `${JSON.stringify({ name: 'sallyport', productName: 'Sallyport', version, private: true, main: 'main.cjs' }, null, 2)}\n`,
  );
}

/** `session-entry.cjs`, which is what Electron is told to start, for `session.cjs`. */
function writeUtilityEntries(directory) {
  for (const name of UTILITIES)
    writeFileSync(join(directory, `${name}-entry.cjs`), `require('./${name}.cjs');\n`);
}

/**
 * A script with one character beyond ASCII takes two octets for each of its characters while its process lives. esbuild escapes
 * such characters in texts, but not in regular expressions.
 */
function checkAscii(directory, parts) {
  for (const { metafile } of parts)
    for (const name of Object.keys(metafile.outputs)) {
      if (!/\.c?js$/.test(name)) continue;
      const found = /.{0,40}?([^\0-\x7F])/u.exec(readFileSync(join(ROOT, name), 'utf8'));
      if (found === null) continue;
      const code = (found[1].codePointAt(0) ?? 0).toString(16).padStart(4, '0');
      throw new SetupError(`${relative(directory, join(ROOT, name))}: write \\u${code} in ${found[0]}`);
    }
}

/** Pages: `src/renderer/<window>/index.html` is served as `<window>.html` beside `<window>.js` and `<window>.css`. */
function copyPages(directory) {
  for (const name of WINDOWS)
    cpSync(join(ROOT, 'src', 'renderer', name, 'index.html'), join(directory, `${name}.html`));
}

/** Puts a directory in the place of another, which programs may be reading. */
function replace(target, work) {
  const before = `${work}.old`;
  if (existsSync(target)) renameSync(target, before);
  renameSync(work, target);
  rmSync(before, { recursive: true, force: true });
}

async function bundleVariant(name, testBuild) {
  const { build } = await import('esbuild');
  const target = join(ROOT, 'out', name);
  const work = `${target}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    const base = common(testBuild);
    const parts = [
      await build(lean(nodeBundle(base, work, NODE_ENTRIES))),
      await build(nodeBundle(base, work, CLI_ENTRIES, '#!/usr/bin/env node')),
      await build(rendererBundle(base, join(work, 'renderer'))),
    ];
    checkAscii(work, [parts[0], parts[2]]);
    writeUtilityEntries(work);
    for (const entry of Object.keys(CLI_ENTRIES)) chmodSync(join(work, `${entry}.cjs`), 0o755);
    copyPages(join(work, 'renderer'));
    copyNativePackages(join(ROOT, 'node_modules'), join(work, 'node_modules'));
    writeDescription(work);
    writePackageList(`${target}.packages.json`, parts);
    replace(target, work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What an administrator copies to the server (server/file-gate/README.md). */
async function bundleServer() {
  const target = join(ROOT, 'out', 'file-gate');
  mkdirSync(target, { recursive: true });
  await bundleFileGate(target);
}

/** What an administrator copies to the server (server/console/README.md). */
async function bundleAdministration() {
  const target = join(ROOT, 'out', 'console-server');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await bundleConsole(target);
}

/** `sallyport-policy` and `sallyport-policy.cmd`, so that a directory on the PATH is all it takes. */
function writeLaunchers(directory, name) {
  const shell = `#!/bin/sh\nexec node "$(dirname -- "$(readlink -f -- "$0")")/${name}.cjs" "$@"\n`;
  writeFileSync(join(directory, name), shell, { mode: 0o755 });
  writeFileSync(join(directory, `${name}.cmd`), `@node "%~dp0${name}.cjs" %*\r\n`);
}

async function bundleCli() {
  const { build } = await import('esbuild');
  const target = join(ROOT, 'out', 'cli');
  const work = `${target}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    const base = common(false);
    await build(
      nodeBundle(base, work, { token: NODE_ENTRIES.token, 'tls-worker': NODE_ENTRIES['tls-worker'] }),
    );
    await build(nodeBundle(base, work, CLI_ENTRIES));
    for (const name of Object.keys(CLI_ENTRIES)) writeLaunchers(work, name);
    copyNativePackages(join(ROOT, 'node_modules'), join(work, 'node_modules'));
    replace(target, work);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Generated sources (types and validators of the policy schema) come first. */
export async function generate() {
  const { code, output } = await run(process.execPath, [join(ROOT, 'build', 'generate.mjs')], {
    cwd: ROOT,
    label: 'generate',
  });
  if (code !== 0) throw new SetupError(`build/generate.mjs failed:\n${tail(output)}`);
}

const TARGETS = {
  app: () => bundleVariant('app', false),
  'app-test': () => bundleVariant('app-test', true),
  'file-gate': bundleServer,
  console: bundleAdministration,
  cli: bundleCli,
};

/**
 * Makes the bundles.
 *
 * @param {readonly string[]} [names] of TARGETS
 */
export async function bundle(names = Object.keys(TARGETS)) {
  await generate();
  for (const name of names) {
    await TARGETS[name]();
    progress(`bundled out/${name}`);
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await runMain(async () => {
    const named = process.argv.slice(2);
    const names = Object.keys(TARGETS);
    const unknown = named.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new SetupError(`usage: node build/bundle.mjs [${names.join('] [')}]`);
    await bundle(named.length === 0 ? undefined : named);
  });
