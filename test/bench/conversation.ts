/** A conversation of 100,000 messages as the window holds it: what is done with messages, and how their texts are styled. */
import { EMPTY_CHAT } from '../../src/renderer/state/chat-state.ts';
import { applyEvents } from '../../src/renderer/state/reduce-chat.ts';
import type { ChatEvent, ChatMessage } from '../../src/shared/chat-model.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { styled } from '../../src/shared/styling.ts';
import { type Figure, figure, repeat, timed } from './measure.ts';

const MESSAGES = 100_000;
const CHANGES = 10_000;
const TEXTS = 10_000;
/** Changes that arrive between two frames. */
const BATCH = 10;

const ROOM = 'ops@rooms.chat.mil' as BareJid;
const TEXT =
  'Convoy at the *north gate*, six vehicles, lead `MK-4471`.\n> who has the log?\nI do, _until_ 0600Z.';

function message(index: number): ChatMessage {
  return {
    id: `m${index}`,
    direction: 'in',
    sender: `user${index % 40}`,
    body: TEXT,
    at: index * 1_000,
    delayed: false,
    reference: { id: `w${index}`, archive: `a${index}`, author: `occupant:${index % 40}` },
  };
}

function changed(index: number): ChatMessage {
  const at = index * 1_000 + 1;
  return {
    ...message(index),
    body: 'corrected',
    versions: [
      { body: TEXT, at: at - 1 },
      { id: `c${index}`, body: 'corrected', at },
    ],
    reactions: [{ author: 'occupant:1', name: 'user1', emojis: ['👍'], at }],
  };
}

export async function benchConversation(runs: number): Promise<readonly Figure[]> {
  const append = Array.from({ length: MESSAGES }, (_, index) => message(index));
  const full = applyEvents(EMPTY_CHAT, [{ type: 'messages', conversation: ROOM, append }]);
  const batches: ChatEvent[][] = [];
  for (let done = 0; done < CHANGES; done += BATCH) {
    const messages = Array.from({ length: BATCH }, (_, n) => changed(((done + n) * 7_919) % MESSAGES));
    batches.push([{ type: 'message-updates', conversation: ROOM, messages }]);
  }
  const changes = await repeat(runs, 1, () =>
    timed(() => {
      let state = full;
      for (const batch of batches) state = applyEvents(state, batch);
      if (state === full) throw new Error('nothing changed');
    }),
  );
  const texts = await repeat(runs, 1, () =>
    timed(() => {
      for (let index = 0; index < TEXTS; index += 1) styled(TEXT);
    }),
  );
  const spread = `${CHANGES / BATCH} frames of ${BATCH}, all over 100,000 messages; one core`;
  return [
    figure(
      { name: 'conversation, 10,000 changed messages', unit: 'ms', target: 1000, note: spread },
      changes,
    ),
    figure(
      { name: 'styling, 100,000 texts', unit: 'ms', target: 1000, note: 'of three lines, one core' },
      texts,
    ),
  ];
}
