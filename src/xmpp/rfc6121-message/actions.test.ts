/** What each XEP has on the wire, byte for byte, and what is understood of it. */
import { describe, expect, it } from 'vitest';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import type { BareJid } from '../../shared/jid.ts';
import { buildRoomMessage } from '../xep-0045-muc/stanzas.ts';
import { buildDisplayed } from '../xep-0333-markers/markers.ts';
import { readTombstone } from '../xep-0424-retraction/retraction.ts';
import { buildModeration } from '../xep-0425-moderation/moderation.ts';
import { readReply } from '../xep-0461-replies/replies.ts';
import { readAction, referenceOf } from './actions.ts';
import { buildDirectMessage, replaces } from './direct-messages.ts';
import type { Outgoing } from './outbox.ts';

const BOB = 'bob@chat.mil' as BareJid;
const OPS = 'ops@rooms.chat.mil' as BareJid;
const own = (more: Partial<Outgoing>): Outgoing => ({
  id: 'm1',
  conversation: BOB,
  kind: 'contact',
  body: 'text',
  state: 'queued',
  ...more,
});
const room = (more: Partial<Outgoing>): Outgoing => own({ conversation: OPS, kind: 'room', ...more });
const ORIGIN = '<origin-id xmlns="urn:xmpp:sid:0" id="m1"/>';
const STORE = '<store xmlns="urn:xmpp:hints"/>';
const ASKED =
  '<request xmlns="urn:xmpp:receipts"/><markable xmlns="urn:xmpp:chat-markers:0"/><active xmlns="http://jabber.org/protocol/chatstates"/>';

describe('on the wire', () => {
  it('an answer begins with its quote, marked as such in code points (XEP-0461, XEP-0428)', () => {
    const reply = { reference: 's1', to: `${OPS}/Bob`, sender: 'Bob 😀', excerpt: 'one\ntwo' };
    expect(buildRoomMessage(room({ reply })).toString()).toBe(
      `<message xmlns="jabber:client" type="groupchat" to="${OPS}" id="m1"><body>&gt; Bob 😀: one\n&gt; two\ntext</body>` +
        `<reply xmlns="urn:xmpp:reply:0" id="s1" to="${OPS}/Bob"/>` +
        '<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:reply:0"><body start="0" end="19"/></fallback>' +
        `${ORIGIN}</message>`,
    );
  });

  it('a correction is a message with the stanza id of what it corrects (XEP-0308)', () => {
    expect(buildDirectMessage(own({ replaces: 'm0' })).toString()).toBe(
      `<message xmlns="jabber:client" type="chat" to="${BOB}" id="m1"><body>text</body>` +
        `<replace xmlns="urn:xmpp:message-correct:0" id="m0"/>${ORIGIN}${ASKED}</message>`,
    );
  });

  it('reactions are all of this user’s, without a text (XEP-0444)', () => {
    const action = { type: 'react', id: 's1', emojis: ['👍', '✅'] } as const;
    expect(buildRoomMessage(room({ body: '', action })).toString()).toBe(
      `<message xmlns="jabber:client" type="groupchat" to="${OPS}" id="m1"><reactions xmlns="urn:xmpp:reactions:0" id="s1">` +
        `<reaction>👍</reaction><reaction>✅</reaction></reactions>${STORE}${ORIGIN}</message>`,
    );
  });

  it('a retraction has a text for those who know none (XEP-0424)', () => {
    const action = { type: 'retract', id: 'm0' } as const;
    expect(buildDirectMessage(own({ body: '', action })).toString()).toBe(
      `<message xmlns="jabber:client" type="chat" to="${BOB}" id="m1"><retract xmlns="urn:xmpp:message-retract:1" id="m0"/>` +
        '<fallback xmlns="urn:xmpp:fallback:0" for="urn:xmpp:message-retract:1"><body/></fallback>' +
        `<body>This person retracted an earlier message; your client does not show which.</body>${STORE}${ORIGIN}</message>`,
    );
  });

  it('moderation is asked of the room (XEP-0425), a marker names the sender’s id (XEP-0333)', () => {
    expect(buildModeration('s1', 'spill').toString()).toBe(
      '<moderate xmlns="urn:xmpp:message-moderate:1" id="s1"><retract xmlns="urn:xmpp:message-retract:1"/><reason>spill</reason></moderate>',
    );
    expect(buildDisplayed(BOB, 'theirs', 'm1').toString()).toBe(
      `<message xmlns="jabber:client" to="${BOB}" type="chat" id="m1"><displayed xmlns="urn:xmpp:chat-markers:0" id="theirs"/>${STORE}</message>`,
    );
  });
});

const message = (inner: string, attributes = '') =>
  parseStanza(`<message id='x' ${attributes}>${inner}</message>`);
const REACTIONS = (inner: string) => `<reactions xmlns='urn:xmpp:reactions:0' id='s1'>${inner}</reactions>`;
const RETRACT = "<retract xmlns='urn:xmpp:message-retract:1' id='m0'/>";
const FOR = (xmlns: string) => `<fallback xmlns='urn:xmpp:fallback:0' for='${xmlns}'/>`;

describe('understood', () => {
  it('reactions are emoji, each once, and nothing that reads as text', () => {
    const given = ['👍', '👍', ' ✅ ', '❤', 'no', '1', '', '👍👍', '<b/>', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'];
    const inner = given.map((one) => `<reaction>${one}</reaction>`).join('');
    expect(readAction(message(REACTIONS(inner)), false)).toEqual({
      type: 'react',
      id: 's1',
      emojis: ['👍', '✅', '❤️', '🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    });
    expect(readAction(message(REACTIONS('')), false)).toEqual({ type: 'react', id: 's1', emojis: [] });
  });

  it('an action hides no text: with one of its own the message says it', () => {
    const body = '<body>something else</body>';
    expect(readAction(message(`${RETRACT}${body}`), false)).toBeUndefined();
    expect(readAction(message(`${RETRACT}${body}${FOR('urn:xmpp:reply:0')}`), false)).toBeUndefined();
    expect(readAction(message(`${RETRACT}${body}${FOR('urn:xmpp:message-retract:1')}`), false)).toEqual({
      type: 'retract',
      id: 'm0',
    });
  });

  it('a moderation is the room’s word, and nobody’s else', () => {
    const moderated =
      "<retract xmlns='urn:xmpp:message-retract:1' id='s1'><moderated xmlns='urn:xmpp:message-moderate:1' by='ops@rooms.chat.mil/Chief'/>" +
      '<reason>two\nlines\u202e</reason></retract>';
    expect(readAction(message(moderated), true)).toEqual({
      type: 'moderate',
      id: 's1',
      by: `${OPS}/Chief`,
      reason: 'two lines',
    });
    expect(readAction(message(moderated), false)).toBeUndefined();
    expect(readAction(message(RETRACT), true)).toBeUndefined();
  });

  it('a tombstone tells when, and of the room; who it was does not count', () => {
    const stone = (inner = '') =>
      message(
        `<retracted xmlns='urn:xmpp:message-retract:1' stamp='2026-11-24T03:10:00Z'>${inner}</retracted>`,
      );
    const at = Date.parse('2026-11-24T03:10:00Z');
    expect(readTombstone(stone())).toEqual({ at, by: 'sender' });
    expect(readTombstone(stone("<moderated xmlns='urn:xmpp:message-moderate:1'/>"))).toEqual({
      at,
      by: 'room',
    });
    expect(readTombstone(message('<body>x</body>'))).toBeUndefined();
  });

  it('an answer names what it answers, and its quote only with a range that makes sense', () => {
    const reply = (range: string) =>
      message(
        `<body>x</body><reply xmlns='urn:xmpp:reply:0' id='s1'/><fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body ${range}/></fallback>`,
      );
    expect(readReply(reply("start='0' end='9'"))).toEqual({ reference: 's1', fallback: [0, 9] });
    for (const range of ['', "start='9' end='9'", "start='-1' end='9'", "start='0' end='1e9'"]) {
      expect(readReply(reply(range)), range).toEqual({ reference: 's1' });
    }
  });

  it('a correction names one message; references are the sender’s, the stanza’s and the room’s ids', () => {
    expect(replaces(message("<replace xmlns='urn:xmpp:message-correct:0' id='m0'/>"))).toEqual({
      replaces: 'm0',
    });
    const ids =
      "<origin-id xmlns='urn:xmpp:sid:0' id='o'/><stanza-id xmlns='urn:xmpp:sid:0' id='a' by='ops@rooms.chat.mil'/>";
    expect(referenceOf(message(ids), 'occupant:b', OPS)).toEqual({
      id: 'o',
      stanza: 'x',
      archive: 'a',
      author: 'occupant:b',
    });
    expect(referenceOf(message("<markable xmlns='urn:xmpp:chat-markers:0'/>"), undefined, undefined)).toEqual(
      {
        id: 'x',
        markable: true,
      },
    );
  });
});
