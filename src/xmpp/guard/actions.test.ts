/** Who may do what to messages that are there: what the guard lets pass, takes out and refuses. */
import { describe, expect, it } from 'vitest';
import { guardPolicy } from '../../../test/support/guard-policy.ts';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import type { FullJid } from '../../shared/jid.ts';
import { createGuardConfig, type Direction, guard } from './index.ts';

const config = createGuardConfig(
  guardPolicy('chat.mil', ['rooms.chat.mil'], { partners: [{ domain: 'partner.gov' }] }),
  'alice@chat.mil/desk' as FullJid,
  (queryId) => queryId === 'q',
);

/** What became of it: `allow`, a refusal's reason, or the reason of a rewrite and what is left. */
function verdict(direction: Direction, text: string): string {
  const result = guard(direction, parseStanza(text), config);
  if (result.action === 'allow') return 'allow';
  if (result.action === 'refuse') return `refuse ${result.reason}`;
  return `${result.reason}: ${result.stanza.children.map((child) => (typeof child === 'string' ? child : child.name)).join(' ')}`;
}

const BOB = "from='bob@chat.mil/x' type='chat'";
const OCCUPANT = "from='ops@rooms.chat.mil/bob' type='groupchat'";
const ROOM = "from='ops@rooms.chat.mil' type='groupchat'";
const BODY = '<body>x</body>';
const REPLY = "<reply xmlns='urn:xmpp:reply:0' id='a' to='ops@rooms.chat.mil/eve'/>";
const FALLBACK =
  "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'><body start='0' end='3'/></fallback>";
const REPLACE = "<replace xmlns='urn:xmpp:message-correct:0' id='a'/>";
const REACTIONS = "<reactions xmlns='urn:xmpp:reactions:0' id='a'><reaction>👍</reaction></reactions>";
const RETRACT = "<retract xmlns='urn:xmpp:message-retract:1' id='a'/>";
const MODERATED =
  "<retract xmlns='urn:xmpp:message-retract:1' id='a'><moderated xmlns='urn:xmpp:message-moderate:1' by='ops@rooms.chat.mil/chief'>" +
  "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='o'/></moderated><reason>spill</reason></retract>";
const TOMBSTONE =
  "<retracted xmlns='urn:xmpp:message-retract:1' stamp='2026-11-24T03:10:00Z'><moderated xmlns='urn:xmpp:message-moderate:1'/></retracted>";
const MARKER = "<displayed xmlns='urn:xmpp:chat-markers:0' id='a'/>";
const message = (attributes: string, ...payloads: string[]) =>
  `<message ${attributes}>${payloads.join('')}</message>`;
const copy = (inner: string) =>
  `<message from='alice@chat.mil'><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${inner}</forwarded></received></message>`;
const archived = (inner: string, from: string) =>
  `<message from='${from}'><result xmlns='urn:xmpp:mam:2' queryid='q' id='1'><forwarded xmlns='urn:xmpp:forward:0'>${inner}</forwarded></result></message>`;

describe('what comes in', () => {
  it.each([
    ['an answer', message(OCCUPANT, BODY, REPLY, FALLBACK), 'allow'],
    ['a correction', message(BOB, BODY, REPLACE), 'allow'],
    ['a reaction', message(OCCUPANT, REACTIONS), 'allow'],
    ['a retraction', message(BOB, RETRACT), 'allow'],
    ['a room’s moderation', message(ROOM, MODERATED), 'allow'],
    ['a marker', message(BOB, MARKER), 'allow'],
    ['who writes', message(BOB, "<composing xmlns='http://jabber.org/protocol/chatstates'/>"), 'allow'],
    [
      'a carbon of a correction',
      copy(`<message xmlns='jabber:client' ${BOB} to='alice@chat.mil'>${BODY}${REPLACE}</message>`),
      'allow',
    ],
    [
      'what an archive put in a message’s place',
      archived(`<message xmlns='jabber:client' ${OCCUPANT}>${TOMBSTONE}</message>`, 'ops@rooms.chat.mil'),
      'allow',
    ],

    ['moderation by somebody in the room', message(OCCUPANT, MODERATED), 'message-action: '],
    ['moderation by a person', message(BOB, BODY, MODERATED), 'message-action: body'],
    ['a room that retracts what nobody moderated', message(ROOM, RETRACT), 'message-action: '],
    [
      'moderation by an occupant in the room’s archive',
      archived(`<message xmlns='jabber:client' ${OCCUPANT}>${MODERATED}</message>`, 'ops@rooms.chat.mil'),
      'message-action: result',
    ],
    [
      'moderation in a carbon of a person',
      copy(`<message xmlns='jabber:client' ${BOB} to='alice@chat.mil'>${BODY}${MODERATED}</message>`),
      'message-action: received',
    ],
    ['a tombstone outside an archive', message(OCCUPANT, BODY, TOMBSTONE), 'payload: body'],
    ['two actions in one', message(BOB, BODY, REPLACE, RETRACT), 'message-action: body'],
    ['two corrections in one', message(BOB, BODY, REPLACE, REPLACE), 'message-action: body'],
    [
      'an answer to a stranger',
      message(BOB, BODY, REPLY.replace('rooms.chat.mil/eve', 'evil.example')),
      'message-action: body',
    ],
    ['a correction of nothing', message(BOB, BODY, REPLACE.replace("id='a'", "id=''")), 'payload: body'],
    [
      'a correction without end',
      message(BOB, BODY, REPLACE.replace("id='a'", `id='${'a'.repeat(600)}'`)),
      'payload: body',
    ],
    [
      'a reaction as long as a letter',
      message(BOB, REACTIONS.replace('👍', 'x'.repeat(40))),
      'payload: reactions',
    ],
    [
      'a marker of an old kind',
      message(BOB, "<acknowledged xmlns='urn:xmpp:chat-markers:0' id='a'/>"),
      'payload: ',
    ],
    [
      'more in a fallback than a range',
      message(BOB, BODY, FALLBACK.replace("end='3'/>", "end='3'>hidden</body>")),
      'payload: body fallback',
    ],
  ])('%s', (_name, text, expected) => {
    expect(verdict('in', text)).toBe(expected);
  });
});

describe('what goes out', () => {
  const toBob = "to='bob@chat.mil' type='chat'";
  const toOps = "to='ops@rooms.chat.mil' type='groupchat'";
  const moderate = (to: string) =>
    `<iq type='set' id='1' to='${to}'><moderate xmlns='urn:xmpp:message-moderate:1' id='a'><retract xmlns='urn:xmpp:message-retract:1'/><reason>spill</reason></moderate></iq>`;
  it.each([
    ['an answer', message(toOps, BODY, REPLY, FALLBACK), 'allow'],
    ['a correction', message(toBob, BODY, REPLACE), 'allow'],
    ['a reaction', message(toOps, REACTIONS, "<store xmlns='urn:xmpp:hints'/>"), 'allow'],
    ['a retraction', message(toBob, RETRACT), 'allow'],
    ['a marker', message(toBob, MARKER), 'allow'],
    ['moderation, asked of the room', moderate('ops@rooms.chat.mil'), 'allow'],
    ['moderation, asked of somebody in it', moderate('ops@rooms.chat.mil/chief'), 'refuse message-action'],
    ['moderation, asked of the service', moderate('rooms.chat.mil'), 'refuse message-action'],
    ['moderation, asked of a person', moderate('bob@chat.mil'), 'refuse message-action'],
    ['moderation as if this were the room', message(toOps, MODERATED), 'refuse payload'],
    ['two actions in one', message(toBob, BODY, REPLACE, REACTIONS), 'refuse message-action'],
    [
      'an answer that names a stranger',
      message(toBob, BODY, REPLY.replace('rooms.chat.mil/eve', 'evil.example')),
      'refuse message-action',
    ],
  ])('%s', (_name, text, expected) => {
    expect(verdict('out', text)).toBe(expected);
  });
});
