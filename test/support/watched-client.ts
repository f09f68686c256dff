/** A client over a scripted server, with everything that it tells. */
import type { BareJid } from '../../src/shared/jid.ts';
import type { ConversationMessage, DeliveryChange, RoomChange, XmppClient } from '../../src/xmpp/index.ts';
import { attempt, DOMAIN, makeClient, ROOMS, type ScriptedServer } from './scripted-xmpp.ts';

export const BOB = `bob@${DOMAIN}` as BareJid;
export const ROOM = `ops@${ROOMS}` as BareJid;

export interface Watched {
  readonly client: XmppClient;
  readonly messages: ConversationMessage[];
  readonly delivery: DeliveryChange[];
  readonly rooms: RoomChange[];
  readonly closed: unknown[];
}

export function watch(client = makeClient()): Watched {
  const watched: Watched = { client, messages: [], delivery: [], rooms: [], closed: [] };
  client.on('message', (message) => watched.messages.push(message));
  client.on('delivery', (change) => watched.delivery.push(change));
  client.on('room', (change) => watched.rooms.push(change));
  client.on('closed', (error) => watched.closed.push(error?.code));
  return watched;
}

export async function online(client: XmppClient, id = 'sm1'): Promise<ScriptedServer> {
  const { server, outcome } = attempt(client);
  await server.session(id);
  await outcome;
  return server;
}

export const bodiesWritten = (server: ScriptedServer) =>
  [...server.received.matchAll(/<body>([^<]*)<\/body>/g)].map(([, body]) => body);
export const bodies = ({ messages }: Watched) => messages.map(({ message }) => message.body);
export const states = ({ delivery }: Watched, id: string) =>
  delivery.filter((change) => change.id === id).map(({ state }) => state);
