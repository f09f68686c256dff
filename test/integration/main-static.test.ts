/**
 * Rules about the sources and the bundles that no single unit can prove: who may touch Electron's sharp edges, what
 * appears nowhere, and that nothing of the test build is in a production bundle.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');

interface Source {
  readonly name: string;
  readonly text: string;
}

function sourcesBelow(folder: string): readonly Source[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:ts|tsx|html)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !/\.test\.tsx?$/.test(path))
    .map((path) => ({ name: relative(ROOT, path), text: readFileSync(path, 'utf8') }));
}

/** Without comments, so that prose may name what code may not use. */
function codeOf({ text }: Source): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}

const sources = sourcesBelow('src');

/** The names that a file imports from `electron`. */
function electronImports(source: Source): readonly string[] {
  return [...codeOf(source).matchAll(/import\s+(type\s+)?\{([^}]*)\}\s+from\s+'electron'/g)].flatMap(
    ([, typeOnly, names = '']) =>
      typeOnly === undefined
        ? names
            .split(',')
            .map((name) => name.trim())
            .filter((name) => name !== '' && !name.startsWith('type '))
        : [],
  );
}

describe('who touches Electron', () => {
  const allowed: Readonly<Record<string, readonly string[]>> = {
    ipcMain: ['src/main/ipc/ipc.ts'],
    ipcRenderer: ['src/preload/calls.ts'],
    contextBridge: [
      'src/preload/chat.ts',
      'src/preload/password.ts',
      'src/preload/pin.ts',
      'src/preload/tile.ts',
    ],
    BrowserWindow: ['src/main/app/print.ts', 'src/main/app/windows.ts'],
    session: ['src/main/app/print.ts', 'src/main/main.ts'],
    protocol: ['src/main/security/app-protocol.ts'],
    utilityProcess: ['src/main/processes/utility.ts'],
    webFrame: ['src/preload/memory.ts'],
    MessageChannelMain: ['src/main/app/desk.ts'],
    shell: ['src/main/app/desk.ts'],
    Menu: ['src/main/app/menu.ts', 'src/main/app/tray.ts'],
    Tray: ['src/main/app/tray.ts'],
    Notification: ['src/main/app/desktop-notices.ts'],
    nativeImage: ['src/main/app/desktop-notices.ts', 'src/main/app/tray.ts'],
    nativeTheme: ['src/main/app/windows.ts'],
    screen: ['src/main/app/windows.ts', 'src/main/preferences/window-keeper.ts'],
    powerMonitor: ['src/main/app/watches.ts'],
    dialog: ['src/main/app/refuse.ts', 'src/main/app/windows.ts'],
    app: [
      'src/main/app/application.ts',
      'src/main/app/desk.ts',
      'src/main/app/desktop-notices.ts',
      'src/main/main.ts',
    ],
  };

  it('is written down: every name has its files, and no other name is used', () => {
    const found: Record<string, string[]> = {};
    for (const source of sources)
      for (const name of electronImports(source)) {
        found[name] ??= [];
        found[name].push(source.name);
      }
    for (const files of Object.values(found)) files.sort();
    expect(found).toEqual(allowed);
  });

  it('never as a whole, by require or outside main and preload', () => {
    for (const source of sources) {
      const code = codeOf(source);
      expect(/import\s+\*\s+as\s+\w+\s+from\s+'electron'/.test(code), source.name).toBe(false);
      expect(/import\s+\w+\s+from\s+'electron'/.test(code), source.name).toBe(false);
      expect(/(?:require|import)\(\s*'electron/.test(code), source.name).toBe(false);
      if (!/^src\/(?:main|preload)\//.test(source.name))
        expect(/from\s+'electron/.test(code), source.name).toBe(false);
    }
  });
});

describe('what appears nowhere', () => {
  it.each([
    ['dangerouslySetInnerHTML', /dangerouslySetInnerHTML/],
    ['innerHTML and outerHTML', /\.(?:inner|outer)HTML\b/],
    ['insertAdjacentHTML and document.write', /insertAdjacentHTML|document\.write/],
    ['eval', /\beval\s*\(/],
    ['Function from text', /new\s+Function\s*\(/],
    ['webview', /<webview|webviewTag:\s*true/],
    ['executeJavaScript', /executeJavaScript/],
    ['a crash reporter', /crashReporter/],
    ['a net log', /\bnetLog\b/],
    ['another storage of secrets', /safeStorage/],
    ['switched off certificate checks', /rejectUnauthorized:\s*false|NODE_TLS_REJECT_UNAUTHORIZED\s*=/],
    [
      'switched off security',
      /contextIsolation:\s*false|sandbox:\s*false|webSecurity:\s*false|nodeIntegration:\s*true/,
    ],
  ])('%s', (_name, pattern) => {
    const offenders = sources.filter((source) => pattern.test(codeOf(source))).map((source) => source.name);
    expect(offenders).toEqual([]);
  });

  it('openExternal but for the listed links, which openLink has judged', () => {
    const uses = sources.flatMap((source) =>
      [...codeOf(source).matchAll(/.*openExternal.*/g)].map(([line]) => `${source.name}: ${line.trim()}`),
    );
    expect(uses).toEqual([
      'src/main/app/desk.ts: await openLink(href, policy.loaded.settings.links.hosts, (link) => shell.openExternal(link));',
    ]);
  });

  it('inline script, inline style or another origin in a page', () => {
    const pages = sources.filter((source) => source.name.endsWith('.html'));
    expect(pages.length).toBeGreaterThan(0);
    for (const { name, text } of pages) {
      expect(/<script(?![^>]*\bsrc=)/.test(text), name).toBe(false);
      expect(/<style|\sstyle=|\son\w+=|javascript:/i.test(text), name).toBe(false);
      expect(/(?:src|href)="(?:https?:)?\/\//.test(text), name).toBe(false);
    }
  });
});

describe('the main bundle', () => {
  async function bundle(testBuild: boolean): Promise<string> {
    const { outputFiles } = await build({
      absWorkingDir: ROOT,
      entryPoints: { main: 'src/main/main.ts' },
      bundle: true,
      write: false,
      outdir: 'out',
      platform: 'node',
      format: 'cjs',
      minifySyntax: true,
      external: ['electron', 'keytar', 'koffi', 'pkcs11js'],
      define: { __TEST_BUILD__: String(testBuild), __APP_VERSION__: '"0"', __BUILD_TIME__: '0' },
    });
    return outputFiles.map((file) => file.text).join('\n');
  }
  const hooks = ['sallyport-test-root', '--inspect', '--remote-debugging-port', 'PCSCLITE_CSOCK_NAME'];
  let production: string;
  let test: string;

  beforeAll(async () => {
    [production, test] = await Promise.all([bundle(false), bundle(true)]);
  });

  it.each(hooks)('has %s in a test build only', (hook) => {
    expect(test).toContain(hook);
    expect(production).not.toContain(hook);
  });

  it('leaves native packages outside and loads none of them at start', () => {
    expect(production).not.toMatch(/require\("(?:koffi|pkcs11js)"\)/);
    expect(production).toMatch(/import\("keytar"\)/);
    expect(production).not.toMatch(/^(?:var|const) \w+ = require\("keytar"\)/m);
  });
});
