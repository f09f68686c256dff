/** Connections over a server that a test scripts: what is sent again, and what is too large. */
import { describe, expect, it } from 'vitest';
import { attempt, attribute, DOMAIN, makeClient, SM, settled } from '../../test/support/scripted-xmpp.ts';
import { BOB, bodies, bodiesWritten, online, states, watch } from '../../test/support/watched-client.ts';

describe('stream management', () => {
  it('asks for an acknowledgement of a burst once, and tells what is stored', async () => {
    const watched = watch();
    const server = await online(watched.client);
    const ids = [1, 2, 3].map((n) => watched.client.sendMessage(BOB, `m${n}`).id);
    await server.take(/m3.*<r xmlns="urn:xmpp:sm:3"\/>/s);
    expect(server.received.match(/<r xmlns="urn:xmpp:sm:3"\/>/g)).toHaveLength(1);
    server.send(`<a xmlns='${SM}' h='${server.stanzasSinceEnable() - 1}'/>`);
    await settled();
    expect(ids.map((id) => states(watched, id))).toEqual([['sent', 'stored'], ['sent', 'stored'], ['sent']]);
  });

  it('resumes: writes again exactly what the server did not count, under the same ids', async () => {
    const watched = watch();
    const first = await online(watched.client);
    for (const n of [1, 2, 3, 4]) watched.client.sendMessage(BOB, `m${n}`);
    first.send("<message from='bob@chat.mil/x' id='a'><body>in</body></message>");
    await settled();
    const handled = first.stanzasSinceEnable() - 2;
    first.close();
    await settled();
    expect(watched.closed).toEqual(['STREAM_CLOSED']);
    const offline = watched.client.sendMessage(BOB, 'm5');
    expect(offline.delivery).toBe('queued');

    const { server, outcome } = attempt(watched.client);
    expect(await server.resumeAsked()).toBe(1);
    // The whole backlog comes in the same packet as the answer.
    const backlog = Array.from(
      { length: 500 },
      (_, n) => `<message from='bob@chat.mil/x' id='b${n}'><body>b${n}</body></message>`,
    );
    server.send(`<resumed xmlns='${SM}' h='${handled}' previd='sm1'/>${backlog.join('')}<r xmlns='${SM}'/>`);
    expect(await outcome).toMatchObject({ resumed: true, streamManagement: true });
    await server.take(/<a xmlns="urn:xmpp:sm:3" h="501"\/>/);
    expect(bodiesWritten(server)).toEqual(['m3', 'm4', 'm5']);
    expect(server.received).toContain(`id="${offline.id}"`);
    expect(bodies(watched)).toEqual(['in', ...backlog.map((_, n) => `b${n}`)]);
    expect(server.received).not.toContain('<bind');
  });

  it('tells a server that is late with its answer of no error: it may have resumed already', async () => {
    const watched = watch(makeClient({ timeouts: { step: 100 } }));
    (await online(watched.client)).close();
    await settled();
    const late = attempt(watched.client);
    await late.server.resumeAsked();
    await expect(late.outcome).rejects.toMatchObject({ code: 'STREAM_TIMEOUT' });
    expect(late.server.received).not.toMatch(/<stream:error|<\/stream:stream/);
    const { server } = attempt(watched.client);
    expect(await server.resumeAsked()).toBe(0);
  });

  it('starts anew when resumption fails: everything uncertain once more, in order, with its old id', async () => {
    const watched = watch();
    const first = await online(watched.client);
    const ids = [1, 2, 3].map((n) => watched.client.sendMessage(BOB, `m${n}`).id);
    await settled();
    const counted = first.stanzasSinceEnable();
    first.close();
    await settled();
    ids.push(watched.client.sendMessage(BOB, 'm4').id);

    const { server, outcome } = attempt(watched.client);
    await server.resumeAsked();
    server.send(
      `<failed xmlns='${SM}' h='${counted - 2}'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>`,
    );
    await server.bind();
    await server.take(/<enable /);
    server.send(`<enabled xmlns='${SM}' id='sm2' resume='true'/>`);
    expect((await outcome).resumed).toBe(false);
    await server.take(/m4/);
    expect(bodiesWritten(server)).toEqual(['m2', 'm3', 'm4']);
    const origins = [...server.received.matchAll(/<origin-id [^>]*id="([^"]*)"/g)].map(([, id]) => id);
    expect(origins).toEqual(ids.slice(1));
    expect(states(watched, ids[0] ?? '')).toEqual(['sent', 'stored']);
    server.send(`<a xmlns='${SM}' h='${server.stanzasSinceEnable()}'/>`);
    await settled();
    expect(ids.map((id) => states(watched, id).at(-1))).toEqual(['stored', 'stored', 'stored', 'stored']);
  });

  it('asks for a resource with the header, and a server that has lost XEP-0198 no second time', async () => {
    const watched = watch();
    const first = await online(watched.client);
    expect(first.received).toMatch(/version='1\.0'><iq [^>]*id="bind"/);
    watched.client.sendMessage(BOB, 'precious');
    first.close();
    await settled();

    const lost = attempt(watched.client);
    await lost.server.signIn("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    await lost.server.take(/<resume /);
    await expect(lost.outcome).rejects.toMatchObject({ code: 'STREAM_CLOSED' });
    const { server, outcome } = attempt(watched.client);
    await server.signIn("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    await server.bind();
    expect((await outcome).resumed).toBe(false);
    await server.take(/precious/);
  });

  it('keeps messages through attempts that fail half-way', async () => {
    const watched = watch();
    const first = await online(watched.client);
    watched.client.sendMessage(BOB, 'precious');
    await settled();
    first.close();
    await settled();
    const second = attempt(watched.client);
    await second.server.resumeAsked();
    second.server.send(`<failed xmlns='${SM}'/>`);
    await second.server.take(/<bind/);
    second.server.close();
    await expect(second.outcome).rejects.toMatchObject({ code: 'STREAM_CLOSED' });
    const third = await online(watched.client, 'sm3');
    await third.take(/precious/);
    expect(watched.closed).toEqual(['STREAM_CLOSED']);
  });

  it('does not believe a resumption that counts stanzas nobody sent', async () => {
    const watched = watch();
    const first = await online(watched.client);
    first.close();
    await settled();
    const { server, outcome } = attempt(watched.client);
    await server.resumeAsked();
    server.send(`<resumed xmlns='${SM}' h='999' previd='sm1'/>`);
    await expect(outcome).rejects.toMatchObject({ code: 'STREAM_MALFORMED' });
  });

  it('does not try again to resume what it could not agree on with the server', async () => {
    const watched = watch();
    const first = await online(watched.client);
    watched.client.sendMessage(BOB, 'kept');
    first.close();
    await settled();
    const second = attempt(watched.client);
    await second.server.resumeAsked();
    second.server.send(`<resumed xmlns='${SM}' h='999' previd='sm1'/>`);
    await expect(second.outcome).rejects.toMatchObject({ code: 'STREAM_MALFORMED' });
    const third = await online(watched.client, 'sm3');
    await third.take(/kept/);
    expect(third.received).not.toContain('<resume');
  });

  it('without it, takes even a refused ping for an acknowledgement', async () => {
    const watched = watch();
    const { server, outcome } = attempt(watched.client);
    await server.signIn("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    await server.bind();
    await outcome;
    const { id } = watched.client.sendMessage(BOB, 'm1');
    const ping = await server.take(/<iq [^>]*><ping /);
    server.send(
      `<iq type='error' id='${attribute(ping, 'id')}' from='${DOMAIN}'><error type='cancel'/></iq>`,
    );
    await settled();
    expect(states(watched, id)).toEqual(['sent', 'stored']);
  });

  it('without it, takes an answered ping for an acknowledgement and does not ping for ever', async () => {
    const watched = watch();
    const { server, outcome } = attempt(watched.client);
    await server.signIn("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    await server.bind();
    await outcome;
    const { id } = watched.client.sendMessage(BOB, 'm1');
    const ping = await server.take(/<iq [^>]*><ping /);
    server.send(`<iq type='result' id='${attribute(ping, 'id')}' from='${DOMAIN}'/>`);
    for (let n = 0; n < 40; n += 1) await settled();
    expect(states(watched, id)).toEqual(['sent', 'stored']);
    expect(server.received.match(/<ping /g)).toHaveLength(1);
  });
});

describe('stanzas that are too large', () => {
  const deep = `<x xmlns='u:x'>${'<a>'.repeat(40)}${'</a>'.repeat(40)}</x>`;
  const poison = `<message from='bob@chat.mil/x' id='p'><body>poison</body>${deep}</message>`;
  const good = "<message from='bob@chat.mil/x' id='g'><body>good</body></message>";

  it("are counted and dropped: nobody ends another one's session with a message", async () => {
    const watched = watch();
    const audits: unknown[] = [];
    watched.client.on('audit', ({ detail }) => audits.push(detail.reason));
    const server = await online(watched.client);
    server.send(
      `${poison}${good}<iq from='bob@chat.mil/x' type='get' id='q'><ping xmlns='urn:xmpp:ping'/>${deep}</iq><r xmlns='${SM}'/>`,
    );
    await server.take(
      /<iq [^>]*to="bob@chat.mil\/x"[^>]*>.*not-acceptable.*<a xmlns="urn:xmpp:sm:3" h="3"\/>/s,
    );
    expect(bodies(watched)).toEqual(['good']);
    expect(watched.closed).toEqual([]);
    expect(audits).toEqual(['limit', 'limit']);
  });

  it('do not stop a session from being resumed', async () => {
    const watched = watch();
    const first = await online(watched.client);
    first.close();
    await settled();
    const { server, outcome } = attempt(watched.client);
    await server.resumeAsked();
    server.send(
      `<resumed xmlns='${SM}' h='${first.stanzasSinceEnable()}' previd='sm1'/>${poison}${good}<r xmlns='${SM}'/>`,
    );
    expect(await outcome).toMatchObject({ resumed: true });
    await server.take(/<a xmlns="urn:xmpp:sm:3" h="2"\/>/);
    expect(bodies(watched)).toEqual(['good']);
  });

  it('end the stream where no stanza has any business', async () => {
    const watched = watch();
    const server = await online(watched.client);
    server.send(`<enabled xmlns='${SM}'>${deep}</enabled>`);
    await settled();
    expect(watched.closed).toEqual(['STREAM_LIMIT']);
  });
});
