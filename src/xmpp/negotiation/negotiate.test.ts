import { describe, expect, it } from 'vitest';
import {
  attempt,
  DOMAIN,
  KEY,
  LOCK_FEATURE,
  makeClient,
  SASL_FEATURE,
  type ScriptedServer,
  settled,
} from '../../../test/support/scripted-xmpp.ts';

/** Runs an attempt against a server that does `play`; returns the error's code and what the client wrote. */
async function refusal(
  play: (server: ScriptedServer) => Promise<void>,
  changes: Parameters<typeof makeClient>[0] = {},
): Promise<{ code: unknown; detail: unknown; written: string; server: ScriptedServer }> {
  const client = makeClient(changes);
  const closed: unknown[] = [];
  client.on('closed', (error) => closed.push(error));
  const { server, outcome } = attempt(client);
  const [error] = await Promise.all([
    outcome.then(
      () => undefined,
      (reason: unknown) => reason as { code: unknown; detail: unknown },
    ),
    play(server),
  ]);
  await settled();
  expect(closed).toEqual([]);
  expect(client.online).toBe(false);
  expect(server.channel.writableEnded || server.channel.destroyed).toBe(true);
  return { code: error?.code, detail: error?.detail, written: server.received, server };
}

const STREAM_ERROR = (inner: string) =>
  `<stream:error>${inner.replace('/>', " xmlns='urn:ietf:params:xml:ns:xmpp-streams'/>")}</stream:error></stream:stream>`;

describe('before the lock is verified', () => {
  it('says nothing about the user, whatever the server does', async () => {
    const bad: Record<string, (server: ScriptedServer) => Promise<void>> = {
      'no lock': (server) => server.opened(SASL_FEATURE),
      'a wrong proof': (server) => server.lock(new Uint8Array(32).fill(9)),
      'a message': (server) => server.opened(LOCK_FEATURE).then(() => server.send('<message/>')),
      'success out of nowhere': (server) =>
        server
          .opened(LOCK_FEATURE)
          .then(() => server.send("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>")),
      'verified without a challenge': (server) =>
        server
          .opened(LOCK_FEATURE)
          .then(() => server.send(`<verified xmlns='urn:sallyport:lock:1' mac='${'A'.repeat(43)}='/>`)),
      'a redirection': async (server) => {
        await server.opened(LOCK_FEATURE);
        server.send(
          STREAM_ERROR('').replace(
            '></stream:error',
            "><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>evil.example:5222</see-other-host></stream:error",
          ),
        );
      },
      nothing: async (server) => {
        await server.take(/<stream:stream /);
      },
    };
    const codes: Record<string, unknown> = {};
    for (const [what, play] of Object.entries(bad)) {
      const { code, written } = await refusal(play, { timeouts: { step: 100 } });
      codes[what] = code;
      expect(written, what).not.toMatch(/alice|desk|<auth|from=/);
    }
    expect(codes).toEqual({
      'no lock': 'LOCK_NOT_OFFERED',
      'a wrong proof': 'LOCK_SERVER_PROOF_WRONG',
      'a message': 'STREAM_MALFORMED',
      'success out of nowhere': 'STREAM_MALFORMED',
      'verified without a challenge': 'STREAM_MALFORMED',
      'a redirection': 'REDIRECT_REFUSED',
      nothing: 'STREAM_TIMEOUT',
    });
  });

  it('waits for the lock’s answers no longer than the lock’s time', async () => {
    const { code } = await refusal((server) => server.opened(LOCK_FEATURE), { timeouts: { lock: 50 } });
    expect(code).toBe('LOCK_TIMEOUT');
  });

  it('tries the next older key after a refusal, and the newest after that', async () => {
    const client = makeClient({
      lock: {
        kid: 'WS-1',
        bindings: ['tls-exporter'],
        keys: [
          { epoch: 5, key: new Uint8Array(32) },
          { epoch: 4, key: new Uint8Array(32) },
        ],
      },
    });
    for (const epoch of ['5', '4', '5']) {
      const { server, outcome } = attempt(client);
      await server.opened(LOCK_FEATURE);
      expect(await server.take(/<hello [^>]*\/>/)).toContain(`epoch="${epoch}"`);
      server.send("<refused xmlns='urn:sallyport:lock:1'/></stream:stream>");
      await expect(outcome).rejects.toMatchObject({ code: 'LOCK_REFUSED' });
    }
  });

  it('never goes back to an older key once a newer one was proved', async () => {
    const keys = [
      { epoch: 2, key: KEY },
      { epoch: 1, key: new Uint8Array(32).fill(9) },
    ];
    const client = makeClient({ lock: { kid: 'WS-1', bindings: ['tls-exporter'], keys } });
    const first = attempt(client);
    await first.server.session();
    expect((await first.outcome).lock).toMatchObject({ epoch: 2, supersededEpochs: [1] });
    first.server.close();
    for (let tries = 0; tries < 3; tries += 1) {
      const { server, outcome } = attempt(client);
      await server.opened(LOCK_FEATURE);
      expect(await server.take(/<hello [^>]*\/>/)).toContain('epoch="2"');
      server.send("<refused xmlns='urn:sallyport:lock:1'/></stream:stream>");
      await expect(outcome).rejects.toMatchObject({ code: 'LOCK_REFUSED', detail: { olderKeys: 0 } });
    }
  });

  it('keeps the time limit over the whole exchange, not over each element', async () => {
    const client = makeClient({ timeouts: { lock: 300 } });
    const { server, outcome } = attempt(client);
    const push = server.channel.push.bind(server.channel);
    server.channel.push = (chunk: Buffer | null) => {
      const late = /<challenge|<verified/.test(chunk?.toString() ?? '');
      setTimeout(() => push(chunk), late ? 200 : 0);
      return true;
    };
    await Promise.all([expect(outcome).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' }), server.lock()]);
  });

  it('refuses another server’s stream', async () => {
    const header = (attrs: string) =>
      `<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' ${attrs}>`;
    for (const attrs of ["from='evil.example' version='1.0'", "from='chat.mil'", "version='2.0'"]) {
      const { code } = await refusal(async (server) => {
        await server.take(/<stream:stream [^>]*>/);
        server.send(header(attrs));
      });
      expect(code, attrs).toBe('STREAM_MALFORMED');
    }
  });

  it('lets nothing be put between the lock and the restart', async () => {
    const { code, written } = await refusal(async (server) => {
      const push = server.channel.push.bind(server.channel);
      server.channel.push = (chunk: Buffer | null) => {
        const text = chunk?.toString() ?? '';
        return push(text.includes('<verified') ? Buffer.from(`${text}<message/>`) : chunk);
      };
      await server.lock();
    });
    expect(code).toBe('STREAM_MALFORMED');
    expect(written).not.toContain('<auth');
  });
});

describe('signing in', () => {
  const afterAuth = (answer: string) => async (server: ScriptedServer) => {
    await server.lock();
    await server.opened(SASL_FEATURE);
    await server.take(/<auth [^>]*>=<\/auth>/);
    server.send(answer);
  };
  const failure = (inner: string) =>
    afterAuth(`<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${inner}</failure>`);

  it('uses EXTERNAL or nothing', async () => {
    for (const mechanisms of ['<mechanism>PLAIN</mechanism>', '<mechanism>EXTERNAL-X</mechanism>', '']) {
      const { code, written } = await refusal(async (server) => {
        await server.lock();
        await server.opened(
          `<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${mechanisms}</mechanisms>`,
        );
      });
      expect(code).toBe('SASL_EXTERNAL_NOT_OFFERED');
      expect(written).not.toContain('<auth');
    }
  });

  it('tells a disabled account from other refusals', async () => {
    expect(await refusal(failure('<account-disabled/>'))).toMatchObject({ code: 'ACCOUNT_DISABLED' });
    expect(await refusal(failure('<not-authorized/><text>secret words</text>'))).toMatchObject({
      code: 'SASL_REFUSED',
      detail: { condition: 'not-authorized' },
    });
    for (const odd of ['', '<text>x</text>', `<${'x'.repeat(60)}/>`, "<not-authorized xmlns='urn:other'/>"]) {
      expect(await refusal(failure(odd))).toMatchObject({
        code: 'SASL_REFUSED',
        detail: { condition: 'undefined-condition' },
      });
    }
  });

  it('does not answer a challenge', async () => {
    const { code } = await refusal(
      afterAuth("<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>eA==</challenge>"),
    );
    expect(code).toBe('STREAM_MALFORMED');
  });

  it('reports stream errors by their meaning', async () => {
    const cases: Record<string, object> = {
      '<conflict/>': { code: 'CONFLICT' },
      '<host-gone/>': { code: 'STREAM_ERROR', detail: { condition: 'host-gone' } },
      '<policy-violation/>': { code: 'STREAM_ERROR', detail: { condition: 'policy-violation' } },
      '<See-Other-Host/>': { code: 'STREAM_ERROR', detail: { condition: 'undefined-condition' } },
      '<see-other-host/>': { code: 'REDIRECT_REFUSED' },
    };
    for (const [element, expected] of Object.entries(cases)) {
      expect(await refusal(afterAuth(STREAM_ERROR(element)))).toMatchObject(expected);
    }
  });
});

describe('binding', () => {
  const bound = (jid: string) => async (server: ScriptedServer) => {
    await server.signIn();
    await server.take(/<\/bind><\/iq>/);
    server.send(
      `<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>${jid}</jid></bind></iq>`,
    );
  };

  it('accepts an address of the own domain only', async () => {
    for (const jid of ['alice@evil.example/x', 'chat.mil/x', 'alice@chat.mil', '', 'alice@chat.mil@x/y']) {
      expect(await refusal(bound(jid)), jid).toMatchObject({ code: 'BIND_FAILED' });
    }
  });

  it('reports a refusal, and a server that offers no session', async () => {
    const refused = await refusal(async (server) => {
      await server.signIn();
      await server.take(/<\/bind><\/iq>/);
      server.send(
        "<iq type='error' id='bind'><error type='wait'><resource-constraint xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>",
      );
    });
    expect(refused).toMatchObject({ code: 'BIND_FAILED', detail: { condition: 'resource-constraint' } });
    expect(await refusal((server) => server.signIn('<other/>'))).toMatchObject({ code: 'BIND_FAILED' });
  });

  it('works without stream management', async () => {
    const client = makeClient();
    const { server, outcome } = attempt(client);
    await server.signIn("<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>");
    await server.bind();
    const session = await outcome;
    expect(session).toMatchObject({ resumed: false, streamManagement: false });
    expect(session.jid).toMatch(new RegExp(`^alice@${DOMAIN}/desk-`));
    expect(server.received).not.toContain('<enable xmlns="urn:xmpp:sm:3"');
  });

  it('handles what comes before stream management stands', async () => {
    const client = makeClient();
    const bodies: string[] = [];
    client.on('message', ({ message }) => bodies.push(message.body));
    const { server, outcome } = attempt(client);
    await server.signIn();
    await server.bind();
    await server.take(/<enable /);
    server.send(
      "<message from='bob@chat.mil/x'><body>early</body></message><enabled xmlns='urn:xmpp:sm:3' id='1' resume='true'/>" +
        "<message from='bob@chat.mil/x'><body>counted</body></message><r xmlns='urn:xmpp:sm:3'/>",
    );
    await outcome;
    expect(await server.take(/<a [^>]*\/>/)).toContain('h="1"');
    expect(bodies).toEqual(['early', 'counted']);
  });
});

describe('a session', () => {
  it('ends on what has no place in it', async () => {
    for (const [element, code] of [
      [
        "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>",
        'STREAM_MALFORMED',
      ],
      ["<hello xmlns='urn:sallyport:lock:1'/>", 'STREAM_MALFORMED'],
      ["<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>", 'STREAM_MALFORMED'],
      ["<a xmlns='urn:xmpp:sm:3' h='4000'/>", 'STREAM_MALFORMED'],
      ["<a xmlns='urn:xmpp:sm:3' h='-1'/>", 'STREAM_MALFORMED'],
      ["<a xmlns='urn:xmpp:sm:3'/>", 'STREAM_MALFORMED'],
      ['<!-- x -->', 'STREAM_MALFORMED'],
      [`<message>${'x'.repeat(3_000_000)}`, 'STREAM_LIMIT'],
      [STREAM_ERROR('<conflict/>'), 'CONFLICT'],
      ['</stream:stream>', 'STREAM_CLOSED'],
    ] as const) {
      const client = makeClient();
      const closed: unknown[] = [];
      client.on('closed', (error) => closed.push(error?.code));
      const { server, outcome } = attempt(client);
      await server.session();
      await outcome;
      server.send(element);
      await settled();
      expect(closed, element).toEqual([code]);
      if (code === 'STREAM_MALFORMED' || code === 'STREAM_LIMIT') {
        expect(server.received, element).toMatch(/<stream:error>.*<\/stream:error><\/stream:stream>$/);
      }
    }
  });

  it('is not kept waiting by a server that talks of everything else', async () => {
    const { server, outcome } = attempt(makeClient());
    await server.signIn();
    await server.bind();
    await server.take(/<enable [^>]*\/>/);
    server.send("<message from='bob@chat.mil/x'><body>x</body></message>".repeat(1_001));
    await expect(outcome).rejects.toMatchObject({ code: 'STREAM_LIMIT' });
  });

  it('notices a server that has gone silent', async () => {
    const client = makeClient({ timeouts: { idle: 60, dead: 60 } });
    const closed: unknown[] = [];
    client.on('closed', (error) => closed.push(error?.code));
    const { server, outcome } = attempt(client);
    await server.session();
    await outcome;
    await server.take(/<r xmlns="urn:xmpp:sm:3"\/>/);
    for (let tries = 0; closed.length === 0 && tries < 100; tries += 1) await settled();
    expect(closed).toEqual(['STREAM_TIMEOUT']);
    // It may only be late, and would end the session that is to be resumed.
    expect(server.received).not.toMatch(/<stream:error|<\/stream:stream/);
  });

  it('stays while the server gives any sign of life', async () => {
    const client = makeClient({ timeouts: { idle: 60, dead: 100 } });
    const { server, outcome } = attempt(client);
    await server.session();
    await outcome;
    for (let n = 0; n < 20; n += 1) {
      server.send(' ');
      await settled();
    }
    expect(client.online).toBe(true);
  });

  it('ends in order when asked to', async () => {
    const client = makeClient();
    const closed: unknown[] = [];
    client.on('closed', (error) => closed.push(error));
    const { server, outcome } = attempt(client);
    await server.session();
    await outcome;
    const ended = client.disconnect();
    await server.take(/<a [^>]*\/><\/stream:stream>/);
    server.send('</stream:stream>');
    await ended;
    expect(closed).toEqual([undefined]);
  });
});
