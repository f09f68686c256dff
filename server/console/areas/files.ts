/** Files at the gate: what is held and why, given free with a reason, taken away. Never their content. */
import type { FileRecord } from '../../file-gate/records.ts';
import type { GateClient } from '../gate-client.ts';
import { digits, maybe, oneOf, REASON, record, SHA256, text } from '../http/shapes.ts';
import { Problem } from '../problem.ts';
import type { Answer, Call } from '../route.ts';
import type { Services } from '../services.ts';

export const FILES_QUERY = record({
  state: maybe(oneOf('scanning', 'released', 'quarantined', 'expired', 'deleted')),
  /** The whole hash or its first characters. */
  hash: maybe(text(/^[0-9a-fA-F]{4,64}$/, 'at least 4 hex digits of a SHA-256')),
  sender: maybe(text(/^[^\p{Cc}]{1,1024}$/u, 'a part of an address')),
  name: maybe(text(/^[^\p{Cc}]{1,255}$/u, 'a part of a name')),
  offset: maybe(digits(0, 1_000_000)),
  limit: maybe(digits(1, 500)),
});
type Query = ReturnType<typeof FILES_QUERY.rule>;
export const FILE_PATH = { id: SHA256 };
export const FILE_DEED = record({ reason: REASON });
type Deed = ReturnType<typeof FILE_DEED.rule>;

const DEFAULT_LIMIT = 100;

function gateOf({ gate }: Services): GateClient {
  if (gate === undefined) throw new Problem('gate-down', 'No file gate is configured.');
  return gate;
}

function matches(file: FileRecord, { state, hash, sender, name }: Query): boolean {
  return (
    (state === undefined || file.state === state) &&
    (hash === undefined || file.sha256.startsWith(hash.toLowerCase())) &&
    (sender === undefined || file.sender.toLowerCase().includes(sender.toLowerCase())) &&
    (name === undefined || file.name.toLowerCase().includes(name.toLowerCase()))
  );
}

/** What is told of a file: its record without the slot's path and the card's serial number. */
function shown({
  path: _path,
  certificate: _certificate,
  format: _format,
  slot: _slot,
  ...file
}: FileRecord) {
  return file;
}

export async function listFiles(services: Services, { query }: Call<unknown, Query>): Promise<Answer> {
  const all = (await gateOf(services).list()).filter((file) => matches(file, query));
  const { offset = 0, limit = DEFAULT_LIMIT } = query;
  return { json: { total: all.length, files: all.slice(offset, offset + limit).map(shown) } };
}

export async function showFile(services: Services, { path }: Call<unknown, unknown>): Promise<Answer> {
  return { json: shown(await gateOf(services).show(path.id ?? '')) };
}

function deed({ who, body, approvedBy }: Call<Deed, unknown>) {
  return {
    actor: approvedBy === undefined ? who.id : `${who.id} with ${approvedBy.id}`,
    reason: body.reason,
  };
}

export async function releaseFile(services: Services, call: Call<Deed, unknown>): Promise<Answer> {
  return { json: shown(await gateOf(services).release(call.path.id ?? '', deed(call))) };
}

export async function deleteFile(services: Services, call: Call<Deed, unknown>): Promise<Answer> {
  return { json: shown(await gateOf(services).delete(call.path.id ?? '', deed(call))) };
}
