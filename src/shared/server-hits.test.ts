import { expect, it } from 'vitest';
import type { SearchHit } from './chat-history-commands.ts';
import type { BareJid } from './jid.ts';
import { onlyFromServer } from './server-hits.ts';

const OPS = 'ops@rooms.chat.mil' as BareJid;

function hit(id: string, at: number, reference?: SearchHit['message']['reference'], conversation = OPS) {
  const message = { id, direction: 'in' as const, sender: 'bob', body: id, at, delayed: false };
  return {
    conversation,
    kind: 'room' as const,
    message: reference === undefined ? message : { ...message, reference },
  };
}

it('what is here already is not shown twice, whatever it is known by', () => {
  const local = [hit('a', 5, { archive: '1' }), hit('b', 4, { id: 'o2', author: 'bob' }), hit('c', 3)];
  const found = [
    hit('x1', 5, { archive: '1' }),
    hit('x2', 4, { id: 'o2', author: 'bob' }),
    hit('c', 3),
    // Somebody else may use the same id.
    hit('x3', 2, { id: 'o2', author: 'mallory' }),
    hit('x4', 9, { archive: '1' }, 'other@rooms.chat.mil' as BareJid),
    hit('x5', 1, { archive: '7' }),
    hit('x6', 1, { archive: '7' }),
  ];
  expect(onlyFromServer(local, found).map(({ message }) => message.id)).toEqual(['x4', 'x3', 'x5']);
});
