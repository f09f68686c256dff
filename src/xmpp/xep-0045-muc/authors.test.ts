/** Whose messages are in a room: whoever has a nickname later is not taken for who had it. */
import { expect, it } from 'vitest';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import type { BareJid } from '../../shared/jid.ts';
import { SELF } from '../../shared/message-actions.ts';
import { Authors } from './authors.ts';

const plain = parseStanza("<message xmlns='jabber:client'><body>x</body></message>");
const told = parseStanza(
  "<message xmlns='jabber:client'><body>x</body><occupant-id xmlns='urn:xmpp:occupant-id:0' id='o1'/></message>",
);
const BOB = 'bob@chat.mil' as BareJid;
const EVE = 'eve@chat.mil' as BareJid;

/** Whose a message of now is. */
const now = (authors: Authors) => authors.of(plain, 'bob', false, false);

function authors(): Authors {
  let ids = 0;
  return new Authors(() => {
    ids += 1;
    return `s${ids}`;
  });
}

it('are told by occupant ids, else by one stay of a nickname, and of the past by nothing', () => {
  const room = authors();
  expect(now(room)).toBeUndefined();
  room.present('bob', undefined);
  room.present('bob', undefined);
  expect(now(room)).toBe('nick:s1:bob');
  expect(room.of(plain, 'bob', false, true)).toBeUndefined();
  expect(room.of(told, 'bob', false, true)).toBe('occupant:o1');
  expect(room.of(told, 'bob', true, true)).toBe(SELF);
});

it('are others after a stay, after the own stay, and where the room shows another address', () => {
  const room = authors();
  room.present('bob', BOB);
  room.gone('bob');
  expect(now(room)).toBeUndefined();
  room.present('bob', BOB);
  expect(now(room)).toBe('nick:s2:bob');
  room.reset();
  room.present('bob', BOB);
  expect(now(room)).toBe('nick:s3:bob');
  // Another computer of the same person, and a moment without an address.
  room.present('bob', BOB);
  room.present('bob', undefined);
  expect(now(room)).toBe('nick:s3:bob');
  room.present('bob', EVE);
  expect(now(room)).toBe('nick:s4:bob');
});
