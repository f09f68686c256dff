/** The administrators' side: HTTP on a Unix socket that only they can open. */
import { chmodSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { ADMIN_COMMAND, type AdminCommand, type GateStatus, MAX_COMMAND_BYTES } from './admin-protocol.ts';
import { AdminError, type Administration, type Deed } from './administration.ts';
import { FieldError, readJson } from './fields.ts';

export interface AdminServer {
  stop(): Promise<void>;
}

const STATUS = { unknown: 404, 'not-quarantined': 409, gone: 410, 'bad-request': 400 } as const;

async function readCommand(request: IncomingMessage): Promise<AdminCommand> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_COMMAND_BYTES) throw new AdminError('bad-request');
    parts.push(chunk);
  }
  return readJson(Buffer.concat(parts).toString('utf8'), ADMIN_COMMAND, 'command');
}

function idOf({ id }: AdminCommand): string {
  if (id === undefined) throw new AdminError('bad-request');
  return id;
}

function deedOf({ actor, reason }: AdminCommand): Deed {
  if (actor === undefined || reason === undefined) throw new AdminError('bad-request');
  return { actor, reason };
}

function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(value)}\n`);
}

async function answer(
  command: AdminCommand,
  response: ServerResponse,
  administration: Administration,
  status: () => GateStatus,
): Promise<void> {
  switch (command.command) {
    case 'status':
      return sendJson(response, 200, status());
    case 'list':
      response.writeHead(200, { 'content-type': 'application/x-ndjson' });
      for await (const record of administration.list(command.state)) {
        if (!response.write(`${JSON.stringify(record)}\n`))
          await new Promise((go) => response.once('drain', go).once('close', go));
        if (response.destroyed) return;
      }
      response.end();
      return;
    case 'show':
      return sendJson(response, 200, await administration.show(idOf(command)));
    case 'release':
      return sendJson(response, 200, await administration.release(idOf(command), deedOf(command)));
    case 'delete':
      return sendJson(response, 200, await administration.delete(idOf(command), deedOf(command)));
    case 'export': {
      const { record, file } = await administration.export(idOf(command), deedOf(command));
      response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': record.size });
      await pipeline(file.createReadStream(), response);
    }
  }
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  administration: Administration,
  status: () => GateStatus,
): Promise<void> {
  try {
    if (request.method !== 'POST' || request.url !== '/') throw new AdminError('bad-request');
    await answer(await readCommand(request), response, administration, status);
  } catch (error) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    const known = error instanceof FieldError ? new AdminError('bad-request') : error;
    const problem = known instanceof AdminError ? known.problem : 'failed';
    sendJson(response, known instanceof AdminError ? STATUS[known.problem] : 500, {
      problem,
      ...(error instanceof FieldError ? { detail: error.message } : {}),
    });
  }
}

/** Listens on `path`; the socket is for the gate's own user and group. */
export async function startAdminServer(
  path: string,
  administration: Administration,
  status: () => GateStatus,
): Promise<AdminServer> {
  const server: Server = createServer((request, response) => {
    void handle(request, response, administration, status);
  });
  server.maxConnections = 16;
  rmSync(path, { force: true });
  const mask = process.umask(0o117);
  try {
    await new Promise<void>((done, failed) => {
      server.once('error', failed);
      server.listen(path, done);
    });
  } finally {
    process.umask(mask);
  }
  chmodSync(path, 0o660);
  return {
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
