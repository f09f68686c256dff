/** Who writes, and what is on the screen: told once, to those who may know, and believed of whoever says it of themselves. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardPolicy } from '../../../test/support/guard-policy.ts';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import type { BareJid, FullJid } from '../../shared/jid.ts';
import type { ExtensionHost } from '../extension.ts';
import { createGuardConfig, guard } from '../guard/index.ts';
import { Markers } from '../xep-0333-markers/markers.ts';
import { ChatStates } from './chat-states.ts';

const BOB = 'bob@chat.mil' as BareJid;
const CAROL = 'carol@chat.mil' as BareJid;
const STATES = 'http://jabber.org/protocol/chatstates';

/** A session in which Bob may see this user's presence, and Carol may not. */
function session() {
  const config = createGuardConfig(
    guardPolicy('chat.mil', ['rooms.chat.mil']),
    'alice@chat.mil/desk' as FullJid,
  );
  const sent: string[] = [];
  const writing: [BareJid, boolean][] = [];
  const link = { online: true };
  const host: Partial<ExtensionHost> = {
    guard: config,
    get online() {
      return link.online;
    },
    mayKnow: (jid) => jid === BOB,
    newId: () => 'id',
    send: (stanza) => {
      expect(guard('out', stanza, config)).toEqual({ action: 'allow' });
      const [payload] = stanza.children;
      const { id } = typeof payload === 'object' ? payload.attrs : {};
      sent.push(
        `${stanza.attrs.to} ${typeof payload === 'object' ? payload.name : ''}${id === undefined ? '' : ` ${id}`}`,
      );
    },
    emit: (_name, ...args) => {
      writing.push(args as unknown as [BareJid, boolean]);
    },
  };
  const states = new ChatStates(host as ExtensionHost);
  const markers = new Markers(host as ExtensionHost);
  const receive = (from: string, inner: string, attributes = "type='chat'"): void => {
    const stanza = parseStanza(
      `<message from='${from}' to='alice@chat.mil/desk' ${attributes}>${inner}</message>`,
    );
    const verdict = guard('in', stanza, config);
    if (verdict.action === 'refuse') return;
    states.onMessage(verdict.action === 'rewrite' ? verdict.stanza : stanza, config.resolve(from));
  };
  return { states, markers, sent, writing, receive, link };
}

const state = (name: string) => `<${name} xmlns='${STATES}'/>`;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('that this user writes', () => {
  it('is told once to who has sent states, once when it is over, and again after a message', () => {
    const { states, sent, receive } = session();
    states.typing(BOB, true);
    expect(sent).toEqual([]);
    receive(`${BOB}/x`, `<body>hi</body>${state('active')}`);
    for (let key = 0; key < 5; key += 1) states.typing(BOB, true);
    states.typing(BOB, false);
    states.typing(BOB, false);
    states.typing(BOB, true);
    states.onSent(BOB);
    states.typing(BOB, true);
    expect(sent).toEqual([`${BOB} composing`, `${BOB} paused`, `${BOB} composing`, `${BOB} composing`]);
  });

  it('is over by itself after half a minute without a key', () => {
    const { states, sent, receive } = session();
    receive(`${BOB}/x`, state('active'));
    states.typing(BOB, true);
    vi.advanceTimersByTime(29_000);
    states.typing(BOB, true);
    vi.advanceTimersByTime(29_000);
    expect(sent).toEqual([`${BOB} composing`]);
    vi.advanceTimersByTime(2_000);
    expect(sent).toEqual([`${BOB} composing`, `${BOB} paused`]);
  });

  it('is nobody’s business who may not see this user’s presence, or while there is no connection', () => {
    const { states, sent, receive, link } = session();
    receive(`${CAROL}/x`, state('active'));
    receive(`${BOB}/x`, state('active'));
    states.typing(CAROL, true);
    link.online = false;
    states.typing(BOB, true);
    expect(sent).toEqual([]);
  });
});

describe('that somebody else writes', () => {
  it('is shown until they stop, or have sent their message', () => {
    const { writing, receive } = session();
    receive(`${BOB}/x`, state('composing'));
    receive(`${BOB}/x`, state('paused'));
    receive(`${BOB}/x`, state('composing'));
    receive(`${BOB}/x`, '<body>there</body>');
    expect(writing).toEqual([
      [BOB, true],
      [BOB, false],
      [BOB, true],
      [BOB, false],
    ]);
  });

  it('is not believed of rooms, errors, the past, copies and strangers', () => {
    const { writing, receive } = session();
    receive('ops@rooms.chat.mil/bob', state('composing'), "type='groupchat'");
    receive(`${BOB}/x`, state('composing'), "type='error'");
    receive(
      `${BOB}/x`,
      `${state('composing')}<delay xmlns='urn:xmpp:delay' from='chat.mil' stamp='2026-11-24T03:10:00Z'/>`,
    );
    receive('eve@evil.example/x', state('composing'));
    receive(
      'alice@chat.mil',
      `<received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' from='${BOB}/x' to='alice@chat.mil'>${state('composing')}</message></forwarded></received>`,
    );
    expect(writing).toEqual([]);
  });
});

describe('that a message is on the screen', () => {
  it('is told once, to who may know it, and only while connected', () => {
    const { markers, sent, link } = session();
    markers.displayed(BOB, 'm1');
    markers.displayed(BOB, 'm1');
    markers.displayed(CAROL, 'm2');
    link.online = false;
    markers.displayed(BOB, 'm3');
    link.online = true;
    markers.displayed(BOB, 'm3');
    expect(sent).toEqual([`${BOB} displayed m1`, `${BOB} displayed m3`]);
  });
});
