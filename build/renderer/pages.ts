/** Bundles the windows' pages and serves them on loopback under the policy that the application sets. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { CONTENT_SECURITY_POLICY } from '../../src/main/security/app-scheme.ts';
import type { Theme } from '../../src/shared/preferences.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const WINDOWS = ['chat', 'tile', 'pin', 'password'];

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** The pages' files by path, as production bundles them. */
async function bundlePages(): Promise<ReadonlyMap<string, Buffer>> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: Object.fromEntries(WINDOWS.map((name) => [name, `src/renderer/${name}/main.tsx`])),
    outdir: 'out/ui/pages',
    write: false,
    bundle: true,
    minifySyntax: true,
    platform: 'browser',
    format: 'iife',
    target: 'chrome130',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const files = new Map<string, Buffer>();
  for (const file of result.outputFiles)
    files.set(`/${file.path.split(/[\\/]/).pop()}`, Buffer.from(file.contents));
  for (const name of WINDOWS)
    files.set(`/${name}.html`, readFileSync(join(ROOT, 'src/renderer', name, 'index.html')));
  return files;
}

async function bundleBridge(): Promise<string> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: ['build/renderer/fake-bridge.ts'],
    write: false,
    bundle: true,
    platform: 'browser',
    format: 'iife',
    target: 'chrome130',
  });
  return result.outputFiles[0]?.text ?? '';
}

let bridge: Promise<string> | undefined;

/** The bridge's script for one fixture, to be run in a page before its own. */
export async function bridgeScript(fixture: string, theme: Theme = 'system'): Promise<string> {
  // It is the same for all of them, and bundled once.
  bridge ??= bundleBridge();
  const chosen = `const __FIXTURE__ = ${JSON.stringify(fixture)}, __THEME__ = ${JSON.stringify(theme)};`;
  return `{ ${chosen}\n${await bridge} }`;
}

export interface Pages {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves the pages on a free port of 127.0.0.1. */
export async function servePages(): Promise<Pages> {
  const files = await bundlePages();
  const server: Server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const body = files.get(path);
    // The browser itself asks for an icon; no page does.
    const missing = path === '/favicon.ico' ? 204 : 404;
    response.writeHead(body === undefined ? missing : 200, {
      'content-security-policy': CONTENT_SECURITY_POLICY,
      'content-type': TYPES[extname(path)] ?? 'text/plain',
      // Each browser has a fresh profile; what it has compiled once, the next page of its need not compile again.
      'cache-control': 'max-age=3600',
    });
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((done) => {
        server.closeAllConnections();
        server.close(() => done());
      }),
  };
}
