/** What is done to messages that memory has let go of, against a store that a test plays. */
import { describe, expect, it } from 'vitest';
import type { ChatEvent, ChatMessage } from '../../shared/chat-model.ts';
import type { BareJid } from '../../shared/jid.ts';
import { SELF } from '../../shared/message-actions.ts';
import type { StoredMessage } from '../../store/index.ts';
import { ChatModel } from '../chat-model.ts';
import { MessageActions } from '../messages/message-actions.ts';
import { StoredChanges } from './stored-changes.ts';

const OPS = 'ops@rooms.chat.mil' as BareJid;

const message = (id: string, author: string): ChatMessage => ({
  id,
  direction: 'in',
  sender: 'bob',
  body: `text of ${id}`,
  at: 1,
  delayed: false,
  reference: { id: `wire-${id}`, archive: `place-${id}`, author },
});

function scene(...kept: readonly ChatMessage[]) {
  const file = new Map(kept.map((one) => [one.id, one]));
  const shown: ChatEvent[] = [];
  const read = async (isMeant: (one: ChatMessage) => boolean): Promise<readonly StoredMessage[]> => {
    await Promise.resolve();
    return [...file.values()].filter(isMeant).map((one) => ({ message: one, keys: [] }));
  };
  const model: ChatModel = new ChatModel(
    (event) => shown.push(event),
    undefined,
    (conversation, kind, messages) => actions.onAdded(conversation, kind, messages),
    { placed: () => undefined, changed: (_conversation, one) => file.set(one.id, one) },
  );
  const stored = new StoredChanges({
    model,
    local: {
      around: (_conversation, id) => read((one) => one.id === id),
      called: (_conversation, space, id) =>
        read(({ reference }) => (space === 'archive' ? reference?.archive : reference?.id) === id),
    },
  });
  const actions = new MessageActions({ model, catalogue: [], stored, nameOf: (_jid, _kind, name) => name });
  const act = (
    author: string | undefined,
    action: Parameters<typeof actions.onAction>[0]['action'],
    at = 5,
  ) => actions.onAction({ conversation: OPS, kind: 'room', author, name: author ?? '', at, action });
  return { file, shown, model, stored, act };
}

describe('what is done to a message that memory has let go of', () => {
  it('is written to it, and shown by a window that still has it: a moderation, and who thinks what of it', async () => {
    const { file, shown, stored, act } = scene(message('a', 'occupant:bob'));
    act('occupant:eve', { type: 'react', id: 'place-a', emojis: ['👍'] });
    act('occupant:max', { type: 'react', id: 'place-a', emojis: ['❌'] });
    act(undefined, { type: 'moderate', id: 'place-a', by: `${OPS}/chief`, reason: 'no names' });
    await stored.settled;
    expect(file.get('a')).toMatchObject({
      body: 'text of a',
      reactions: [{ emojis: ['👍'] }, { emojis: ['❌'] }],
      retraction: { by: 'room', moderator: 'chief', reason: 'no names' },
    });
    expect(shown.map(({ type }) => type)).toEqual(['message-updates', 'message-updates', 'message-updates']);
  });

  it('is not written by those who may not', async () => {
    const { file, shown, stored, act } = scene(message('a', 'occupant:bob'));
    act('occupant:eve', { type: 'retract', id: 'place-a' });
    act(SELF, { type: 'retract', id: 'place-a' });
    act('occupant:bob', { type: 'retract', id: 'place-none' });
    await stored.settled;
    expect([file.get('a')?.retraction, shown]).toEqual([undefined, []]);
    act('occupant:bob', { type: 'retract', id: 'place-a' });
    await stored.settled;
    expect(file.get('a')?.retraction).toEqual({ at: 5, by: 'sender' });
  });

  it('is done in memory where the message came into it meanwhile', async () => {
    const { file, model, stored, act } = scene(message('a', 'occupant:bob'));
    act('occupant:bob', { type: 'retract', id: 'place-a' });
    model.prependMessages(OPS, 'room', [message('a', 'occupant:bob')], true);
    await stored.settled;
    expect(model.message(OPS, 'a')?.retraction).toEqual({ at: 5, by: 'sender' });
    expect(file.get('a')?.retraction).toEqual({ at: 5, by: 'sender' });
  });
});
