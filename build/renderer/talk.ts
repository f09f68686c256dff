/** Conversations of the harness. */
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import { RAMIREZ } from './people.ts';

/** The harness's fixed time: 22 November 2026, 03:14 Zulu. */
export const NOW = Date.UTC(2026, 10, 22, 3, 14, 0);
const MINUTE = 60_000;

let counter = 0;

function message(minutesAgo: number, body: string, extra: Partial<ChatMessage> = {}): ChatMessage {
  counter += 1;
  return {
    id: `m${counter}`,
    direction: 'in',
    sender: RAMIREZ,
    body,
    at: NOW - minutesAgo * MINUTE,
    delayed: false,
    ...extra,
  };
}

function own(minutesAgo: number, body: string, delivery: ChatMessage['delivery'] = 'delivered'): ChatMessage {
  return message(minutesAgo, body, {
    direction: 'out',
    sender: 'Allen',
    ...(delivery === undefined ? {} : { delivery }),
  });
}

/** Links to a listed host, to others, and to what only looks listed. */
export function linkTalk(): readonly ChatMessage[] {
  return [
    message(9, 'Orders are at https://intranet.example.mil/j3/orders?day=325 (read before the brief).'),
    message(8, 'Mirror: https://intranet.example.mil.evil.example/j3 and http://intranet.example.mil/j3'),
    message(7, 'Also https://user@intranet.example.mil/ and https://intranet.example.mil:8443/.'),
  ];
}

/** A night's conversation with every delivery state. */
export function nightTalk(): readonly ChatMessage[] {
  return [
    message(560, 'Taking over from Whitfield. Anything open?'),
    own(559, 'Two items, both in the log. The relay on the ridge drops every 40 minutes or so.'),
    message(557, 'Seen. I will ask J6.'),
    message(190, 'J6 says the relay gets a new antenna at first light.', { delayed: true }),
    message(52, 'Convoy cleared the bridge at 0221Z, six vehicles, no stops.'),
    message(51.6, 'Second group expected 0300Z.'),
    own(50, 'Copy. Six vehicles, 0221Z, logged.'),
    own(49.8, 'I put it into sector-north as well so that the border cell sees it.'),
    message(31, 'شكرا، وصلت الرسالة. Bridge 12-א is clear as well 👍'),
    message(
      13,
      'Summary for the handover:\n  1. bridge: clear since 0221Z\n  2. relay: antenna at first light\n  3. air picture: two tracks, both ours\nhttps://intranet.example.mil/log/2026-11-22?item=4471 has the rest.',
    ),
    own(8, 'On the server, but she has not been at her desk yet.', 'stored'),
    own(3, 'Sent a moment ago.', 'sent'),
    message(2, 'Second group at the bridge, four vehicles.'),
    message(1.5, 'One stopped on the far side.'),
  ];
}

/** What cannot be delivered at the moment. */
export function troubledTalk(): readonly ChatMessage[] {
  const gap = { from: NOW - 3 * 60_000, to: NOW - 2 * 60_000, loading: false };
  const long = {
    from: NOW - 4 * 24 * 3_600_000,
    to: NOW - 26 * 3_600_000,
    loading: false,
    more: true,
  } as const;
  return [
    ...nightTalk().slice(0, -3),
    ...nightTalk()
      .slice(-3)
      .map((message, index) =>
        index === 0 ? { ...message, gapAfter: gap } : index === 1 ? { ...message, gapAfter: long } : message,
      ),
    {
      ...own(1, 'Can you see the plate?', 'failed'),
      error: { code: 'MESSAGE_REFUSED', detail: { condition: 'recipient-unavailable' } },
    },
    own(0.5, 'This one waits for the connection.', 'queued'),
  ];
}

const FLOOR = ['Ramirez', 'Okafor', 'Brandt', 'Whitfield', 'نور'];
const LINES = [
  'Two vehicles at the north gate, waiting.',
  'Logged.',
  'Copy all.',
  'Air picture unchanged, two tracks, both ours.',
  'Relay dropped again at 0240Z, back after 50 seconds.',
  'Who has the border cell tonight?',
  'I do. Send it to me.',
  'Weather: fog below 300 metres until 0700Z, drone flights are off until then and the next window is after sunrise.',
];

/** The talk of a room, ending now. */
export function roomTalk(count: number): readonly ChatMessage[] {
  return Array.from({ length: count }, (_, index) => {
    const ago = (count - index) * 1.3;
    const sender = FLOOR[Math.floor(index / 2) % FLOOR.length] ?? 'Ramirez';
    const body = LINES[index % LINES.length] ?? '';
    return index % 11 === 5 ? own(ago, body, 'stored') : message(ago, body, { sender });
  });
}

/** `count` messages, one a minute, the last of them now. */
export function longTalk(count: number): readonly ChatMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `long-${index}`,
    direction: index % 6 === 2 ? 'out' : 'in',
    sender: RAMIREZ,
    body: `${LINES[index % LINES.length]} (${index + 1})`,
    at: NOW - (count - index) * MINUTE,
    delayed: false,
    ...(index % 6 === 2 ? { delivery: 'delivered' as const } : {}),
  }));
}

const LONG = 'unbroken'.repeat(60);

/** Texts that break lay-outs. */
export function awkwardTalk(): readonly ChatMessage[] {
  return [
    message(9, LONG),
    message(8, '\u202Egnp.exe reverse order, then normal text'),
    own(7, `${'A long paragraph that goes on and on about the state of the relay. '.repeat(24)}`),
    message(6, '<img src=x onerror=alert(1)> <script>alert(2)</script> &amp; **not bold**'),
    message(5, '👩‍🚀🏴‍☠️🇺🇳 e\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308 zalgo'),
    message(4, '   leading spaces\n\n\nand empty lines\n\ttab\tstops'),
    own(3, 'ok'),
  ];
}
