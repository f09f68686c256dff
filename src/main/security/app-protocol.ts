/** Serves the renderer’s files under `app:`; which files those are was settled once at start. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { protocol, type Session } from 'electron';
import type { WindowKind } from '../../shared/ipc-contract.ts';
import { APP_SCHEME, answerRequest, buildFileTable, type FileTable, SECURITY_HEADERS } from './app-scheme.ts';

/** Must run before the app is ready. `standard` gives the scheme origins, `secure` a secure context; nothing more. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: APP_SCHEME,
      privileges: {
        standard: true,
        secure: true,
        supportFetchAPI: false,
        allowServiceWorkers: false,
        bypassCSP: false,
        corsEnabled: false,
        stream: false,
        codeCache: false,
      },
    },
  ]);
}

/** Lists the regular files below `directory` once; links are not followed. */
export function listRendererFiles(directory: string): FileTable {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(directory, join(entry.parentPath, entry.name)).split(sep).join('/'));
  return buildFileTable(names, (name) => join(directory, name));
}

/**
 * Answers `app:` requests of one window kind's partition. With `protocol.handle`, its successor, the main process loads
 * all of Node's fetch for two small files, a tenth of its work until the first window stands (docs/performance.md).
 */
export function serveApp(session: Session, kind: WindowKind, table: FileTable): void {
  session.protocol.registerBufferProtocol(APP_SCHEME, (request, respond) => {
    const answer = answerRequest(request.method, request.url, kind, table);
    if (answer.status !== 200) {
      respond({ statusCode: answer.status, headers: { ...SECURITY_HEADERS }, data: Buffer.alloc(0) });
      return;
    }
    const { path, contentType } = answer.file;
    respond({
      statusCode: 200,
      headers: { ...SECURITY_HEADERS, 'Content-Type': contentType },
      data: readFileSync(path),
    });
  });
}
