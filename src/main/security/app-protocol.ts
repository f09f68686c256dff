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

/** Answers `app:` requests of one window kind's partition. */
export function serveApp(session: Session, kind: WindowKind, table: FileTable): void {
  session.protocol.handle(APP_SCHEME, (request) => {
    const answer = answerRequest(request.method, request.url, kind, table);
    if (answer.status !== 200) {
      return new Response(null, { status: answer.status, headers: SECURITY_HEADERS });
    }
    return new Response(new Uint8Array(readFileSync(answer.file.path)), {
      status: 200,
      headers: { ...SECURITY_HEADERS, 'Content-Type': answer.file.contentType },
    });
  });
}
