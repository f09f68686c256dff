/** Archives that answer rightly, wrongly, too much, too late and not at all, over a whole stream with its guard. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  attempt,
  attribute,
  DOMAIN,
  makeClient,
  ROOMS,
  type ScriptedServer,
  settled,
} from '../../../test/support/scripted-xmpp.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import type { ArchiveRequest, ConversationMessage, XmppClient } from '../index.ts';
import { buildArchiveQuery } from './stanzas.ts';

const ALICE = `alice@${DOMAIN}` as BareJid;
const BOB = `bob@${DOMAIN}` as BareJid;
const OPS = `ops@${ROOMS}` as BareJid;
const STAMP = '2026-11-24T03:10:00Z';

let server: ScriptedServer;
let client: XmppClient;
let audits: AuditRecord[];
let seen: ConversationMessage[];

afterEach(() => server.close());

async function begin(timeouts: { readonly iq?: number } = {}): Promise<void> {
  client = makeClient({ timeouts });
  audits = [];
  seen = [];
  client.on('audit', (record) => audits.push(record));
  client.on('message', (message) => seen.push(message));
  const attempted = attempt(client);
  server = attempted.server;
  await server.session();
  await attempted.outcome;
}

interface Asked {
  readonly id: string;
  readonly queryId: string;
  readonly text: string;
  readonly page: ReturnType<XmppClient['archive']['page']>;
}

async function ask(request: Partial<ArchiveRequest> = {}): Promise<Asked> {
  const page = client.archive.page({ max: 3, page: { before: '' }, ...request });
  page.catch(() => undefined);
  const text = await server.take(/<iq [^>]*><query [^>]*mam.*?<\/iq>/s);
  return { id: attribute(text, 'id'), queryId: attribute(text, 'queryid'), text, page };
}

interface Result {
  readonly id?: string;
  readonly from?: string;
  readonly stamp?: string;
  /** Attributes of the message inside. */
  readonly inner?: string;
}

function result(queryId: string, body: string, options: Result = {}): string {
  const { id = body, from = ALICE, stamp = STAMP } = options;
  const { inner = `from='${BOB}/desk' to='${ALICE}' type='chat' id='x-${body}'` } = options;
  return (
    `<message from='${from}' to='${client.jid}'><result xmlns='urn:xmpp:mam:2' queryid='${queryId}' id='${id}'>` +
    `<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='${stamp}'/>` +
    `<message xmlns='jabber:client' ${inner}><body>${body}</body></message></forwarded></result></message>`
  );
}

function fin(id: string, ends?: readonly [string, string], complete = false, from = ''): string {
  const set = ends === undefined ? '' : `<first>${ends[0]}</first><last>${ends[1]}</last>`;
  return (
    `<iq type='result' id='${id}'${from}><fin xmlns='urn:xmpp:mam:2'${complete ? " complete='true'" : ''}>` +
    `<set xmlns='http://jabber.org/protocol/rsm'>${set}</set></fin></iq>`
  );
}

async function bodies(asked: Asked): Promise<string[]> {
  return (await asked.page).messages.map(({ message }) => message.body);
}

const reasons = () => audits.map(({ detail }) => detail.reason);

describe('a query', () => {
  it('is what XEP-0313 has, byte for byte', async () => {
    expect(
      buildArchiveQuery('q1', { with: BOB, start: Date.parse(STAMP) }, 40, { after: 'a1' }).toString(),
    ).toBe(
      '<query xmlns="urn:xmpp:mam:2" queryid="q1"><x xmlns="jabber:x:data" type="submit">' +
        '<field var="FORM_TYPE" type="hidden"><value>urn:xmpp:mam:2</value></field>' +
        `<field var="with"><value>${BOB}</value></field>` +
        '<field var="start"><value>2026-11-24T03:10:00.000Z</value></field></x>' +
        '<set xmlns="http://jabber.org/protocol/rsm"><max>40</max><after>a1</after></set></query>',
    );
    await begin();
    const { id, queryId, text } = await ask();
    expect(text).toBe(
      `<iq xmlns="jabber:client" type="set" id="${id}"><query xmlns="urn:xmpp:mam:2" queryid="${queryId}">` +
        '<set xmlns="http://jabber.org/protocol/rsm"><max>3</max><before/></set></query></iq>',
    );
  });

  it('is answered with a page: who wrote, when, which way, and where it is in the archive', async () => {
    await begin();
    const asked = await ask({ with: BOB });
    const own = `from='${ALICE}/other' to='${BOB}' type='chat' id='y'`;
    server.send(result(asked.queryId, 'one') + result(asked.queryId, 'two', { inner: own }));
    server.send(fin(asked.id, ['one', 'two'], true));
    const page = await asked.page;
    expect(page).toMatchObject({ first: 'one', last: 'two', complete: true });
    expect(page.messages).toMatchObject([
      { conversation: BOB, kind: 'contact', archiveId: 'one', message: { direction: 'in', sender: BOB } },
      { conversation: BOB, archiveId: 'two', message: { direction: 'out', delivery: 'stored' } },
    ]);
    expect(page.messages[0]?.message).toMatchObject({ at: Date.parse(STAMP), delayed: false });
    expect([audits, seen]).toEqual([[], []]);
  });
});

describe('what was not asked for', () => {
  it('is not seen: unasked, under another id, from another, or after the end', async () => {
    await begin();
    server.send(result('guess', 'unasked'));
    const asked = await ask();
    server.send(result('guess', 'another id'));
    server.send(result(asked.queryId, 'from bob', { from: `${BOB}/desk` }));
    server.send(result(asked.queryId, 'from another machine', { from: `${ALICE}/other` }));
    server.send(result(asked.queryId, 'from the server', { from: DOMAIN }));
    server.send(result(asked.queryId, 'from a room', { from: OPS }));
    server.send(result(asked.queryId, 'right'));
    server.send(fin(asked.id, ['right', 'right']));
    server.send(result(asked.queryId, 'too late'));
    expect(await bodies(asked)).toEqual(['right']);
    await settled();
    expect(reasons()).toEqual(Array(7).fill('archive-sender'));
    expect(seen).toEqual([]);
  });

  it('is not believed inside either: other people’s conversations, messages in messages, rooms’ words', async () => {
    await begin();
    const asked = await ask();
    const forged = (name: string, inner: string) => server.send(result(asked.queryId, name, { inner }));
    forged('between others', `from='${BOB}/x' to='carol@${DOMAIN}' type='chat'`);
    forged('a stranger', `from='eve@evil.example/x' to='${ALICE}' type='chat'`);
    forged('without sender', `to='${ALICE}' type='chat'`);
    forged('a room', `from='${OPS}/bob' to='${ALICE}' type='groupchat'`);
    forged('whispered', `from='${OPS}/bob' to='${ALICE}' type='chat'`);
    server.send(result(asked.queryId, 'right') + fin(asked.id, ['between others', 'right']));
    expect(await bodies(asked)).toEqual(['right']);
    expect(reasons()).toEqual([
      'archive-content',
      'domain',
      'archive-content',
      'archive-content',
      'private-message',
    ]);
  });

  it('is left out of a page of one conversation', async () => {
    await begin();
    const asked = await ask({ with: BOB });
    server.send(
      result(asked.queryId, 'other', { inner: `from='carol@${DOMAIN}/x' to='${ALICE}' type='chat'` }),
    );
    server.send(result(asked.queryId, 'right') + fin(asked.id, ['other', 'right']));
    expect(await bodies(asked)).toEqual(['right']);
  });

  it('does not end a query: only the archive that was asked does', async () => {
    await begin();
    const asked = await ask();
    server.send(fin(asked.id, ['a', 'a'], true, ` from='${BOB}/desk'`));
    server.send(fin('another', ['a', 'a'], true));
    server.send(result(asked.queryId, 'right') + fin(asked.id, ['right', 'right']));
    expect(await bodies(asked)).toEqual(['right']);
  });
});

describe('an archive that does not make sense', () => {
  it('gets no more in than was asked for', async () => {
    await begin();
    const asked = await ask();
    for (let n = 0; n < 10; n += 1) server.send(result(asked.queryId, `m${n}`));
    server.send(fin(asked.id, ['m0', 'm9']));
    expect(await bodies(asked)).toEqual(['m0', 'm1', 'm2']);
    expect(reasons()).toEqual(Array(7).fill('archive-sender'));
  });

  it('gets each id in once', async () => {
    await begin();
    const asked = await ask();
    server.send(result(asked.queryId, 'one', { id: 'a' }) + result(asked.queryId, 'other', { id: 'a' }));
    server.send(result(asked.queryId, 'two', { id: 'b' }) + fin(asked.id, ['a', 'b']));
    expect(await bodies(asked)).toEqual(['one', 'two']);
  });

  it('is found out when its page holds the place it was to go on from', async () => {
    await begin();
    for (const page of [{ before: 'here' }, { after: 'here' }]) {
      const asked = await ask({ page });
      server.send(result(asked.queryId, 'here') + fin(asked.id, ['here', 'here']));
      await expect(asked.page).rejects.toMatchObject({ code: 'HISTORY_MALFORMED' });
    }
  });

  it('does not write from the future, and not without a time', async () => {
    await begin();
    const asked = await ask();
    server.send(result(asked.queryId, 'future', { stamp: '2999-01-01T00:00:00Z' }));
    server.send(result(asked.queryId, 'no time', { stamp: 'yesterday' }));
    server.send(fin(asked.id, ['future', 'no time']));
    const { messages } = await asked.page;
    expect(messages.map(({ message }) => message.body)).toEqual(['future']);
    expect(messages[0]?.at).toBeLessThanOrEqual(Date.now());
  });

  it('is waited for as long as it shows signs of life, and no longer', async () => {
    await begin({ iq: 300 });
    const asked = await ask();
    for (let n = 0; n < 3; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      server.send(result(asked.queryId, `slow ${n}`));
    }
    server.send(fin(asked.id, ['slow 0', 'slow 2']));
    expect(await bodies(asked)).toHaveLength(3);
    const silent = await ask();
    await expect(silent.page).rejects.toMatchObject({ code: 'STREAM_TIMEOUT' });
    server.send(result(silent.queryId, 'too late'));
    await settled();
    expect(reasons()).toEqual(['archive-sender']);
  });

  it('that goes forward and is cut short holds what came of it, one that goes back does not', async () => {
    await begin({ iq: 200 });
    const forward = await ask({ page: { after: 'zero' } });
    server.send(result(forward.queryId, 'one') + result(forward.queryId, 'two'));
    expect(await forward.page).toMatchObject({ first: 'one', last: 'two', complete: false });
    expect((await forward.page).messages.map(({ message }) => message.body)).toEqual(['one', 'two']);
    const back = await ask({ page: { before: '' } });
    server.send(result(back.queryId, 'three'));
    await expect(back.page).rejects.toMatchObject({ code: 'STREAM_TIMEOUT' });
    const nothing = await ask({ page: { after: 'two' } });
    await expect(nothing.page).rejects.toMatchObject({ code: 'STREAM_TIMEOUT' });
  });

  it('may say no, or answer with something else', async () => {
    await begin();
    const refused = await ask();
    server.send(
      `<iq type='error' id='${refused.id}'><error type='cancel'>` +
        "<item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
    );
    await expect(refused.page).rejects.toMatchObject({
      code: 'HISTORY_REFUSED',
      detail: { condition: 'item-not-found' },
    });
    const empty = await ask();
    server.send(`<iq type='result' id='${empty.id}'/>`);
    await expect(empty.page).rejects.toMatchObject({ code: 'HISTORY_MALFORMED' });
    await expect(client.archive.page({ room: OPS, max: 3, page: {} })).rejects.toMatchObject({
      code: 'NOT_CONNECTED',
    });
  });
});

describe('a message of the archive', () => {
  it('is not told once more when it comes by itself', async () => {
    await begin();
    const asked = await ask();
    const origin = "<origin-id xmlns='urn:xmpp:sid:0' id='o1'/>";
    const said = `from='${BOB}/desk' to='${ALICE}' type='chat' id='o1'`;
    server.send(
      result(asked.queryId, 'once', { id: 'a1', inner: said }).replace('</body>', `</body>${origin}`) +
        fin(asked.id, ['a1', 'a1']),
    );
    expect(await bodies(asked)).toEqual(['once']);
    server.send(`<message ${said}><body>once</body>${origin}</message>`);
    server.send(
      `<message from='${BOB}/desk' to='${ALICE}' type='chat'><body>once</body>` +
        `<stanza-id xmlns='urn:xmpp:sid:0' id='a1' by='${ALICE}'/></message>`,
    );
    server.send(`<message from='${BOB}/desk' to='${ALICE}' type='chat' id='n'><body>new</body></message>`);
    await settled();
    expect(seen.map(({ message }) => message.body)).toEqual(['new']);
  });
});
