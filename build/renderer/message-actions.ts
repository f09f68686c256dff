/** A conversation in which everything was done with messages that can be done. */
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import { SELF } from '../../src/shared/message-actions.ts';
import { NOW } from './talk.ts';

const MINUTE = 60_000;

function said(
  id: string,
  sender: string,
  minutesAgo: number,
  body: string,
  extra: Partial<ChatMessage> = {},
): ChatMessage {
  const own = sender === 'Allen';
  return {
    id,
    direction: own ? 'out' : 'in',
    sender,
    body,
    at: NOW - minutesAgo * MINUTE,
    delayed: false,
    reference: { id: `wire-${id}`, archive: `archive-${id}`, author: own ? SELF : `occupant:${sender}` },
    ...(own ? { delivery: 'stored' } : {}),
    ...extra,
  };
}

/** Acknowledged `minutesAgo` for the first of them, a minute later for each other. */
const seenBy = (minutesAgo: number, ...names: readonly string[]) =>
  names.map((name, place) => ({
    author: name === 'Allen' ? SELF : `occupant:${name}`,
    name,
    at: NOW - (minutesAgo - place) * MINUTE,
  }));

const by = (name: string, ...emojis: string[]) => ({ author: `occupant:${name}`, name, emojis, at: NOW });

/** In a room; Allen is this user. */
export function actionTalk(): readonly ChatMessage[] {
  return [
    said(
      'a1',
      'Ramirez',
      44,
      'Convoy at the north gate, *six vehicles*, lead vehicle `MK-4471`. Allen, can you confirm?',
      {
        reactions: [by('Okafor', '👀', '✅'), by('Brandt', '✅'), by('Whitfield', '✅')],
      },
    ),
    said('a2', 'Allen', 43, 'Confirmed, six. Plates follow.', {
      reply: {
        reference: 'archive-a1',
        id: 'a1',
        sender: 'Ramirez',
        excerpt: 'Convoy at the north gate, *six vehicles*, lead vehicle `MK-4471`. Allen, can you confirm?',
      },
      reactions: [by('Ramirez', '👍'), { author: SELF, name: '', emojis: ['👍'], at: NOW }],
    }),
    said('a3', 'Okafor', 31, 'Second group is _four_ vehicles, not ~five~, at 0250Z.', {
      versions: [
        { body: 'Second group is five vehicles.', at: NOW - 31 * MINUTE },
        { id: 'v2', body: 'Second group is four vehicles at 0250Z.', at: NOW - 30 * MINUTE },
        { id: 'v3', body: 'Second group is _four_ vehicles, not ~five~, at 0250Z.', at: NOW - 29 * MINUTE },
      ],
    }),
    said(
      'a4',
      'Brandt',
      27,
      'Relay log:\n```log of last night\n0240:12Z  link down\n0241:02Z  link up    rtt 812 ms\n```\n> who restarts it?\nNobody, it came back by itself.',
    ),
    said('a5', 'Whitfield', 19, 'Call sign of the source is in the other system.', {
      retraction: { at: NOW - 18 * MINUTE, by: 'sender' },
    }),
    said('a6', 'Brandt', 17, 'Name of the source: …', {
      retraction: {
        at: NOW - 15 * MINUTE,
        by: 'room',
        moderator: 'Ramirez',
        reason: 'belongs into the other system',
      },
    }),
    said('a12', 'Okafor', 14, 'Patrol two under fire at the ford, two wounded, MEDEVAC to follow.', {
      acknowledgements: seenBy(13, 'Lt Baker', 'Allen', 'Whitfield', 'Brandt'),
    }),
    said('a7', 'Ramirez', 12, 'See above, please.', { reply: { reference: 'archive-gone' } }),
    said('a8', 'Okafor', 9, 'Meant the bridge, not the gate.', { strayCorrection: true }),
    said('a13', 'Okafor', 8, 'Gate 4 is open again.', { retractionClaim: { at: NOW - 7 * MINUTE } }),
    said('a10', 'Whitfield', 6, 'Bridge team asks who relieves them at 0400Z.', {
      reactions: [{ author: SELF, name: '', emojis: ['👀'], at: NOW }],
      pending: [{ type: 'react', id: 'p1', former: [] }],
    }),
    said('a11', 'Allen', 5, 'Relief is Bravo two, by the south road.', {
      retraction: { at: NOW - 4 * MINUTE, by: 'sender' },
      pending: [{ type: 'retract', id: 'p2' }],
    }),
    said('a9', 'Allen', 4, 'Logged: bridge clear since 0221Z, no missiles seen.', {
      delivery: 'displayed',
      acknowledgements: seenBy(3, 'Ramirez'),
    }),
  ];
}
