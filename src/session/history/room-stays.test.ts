import { expect, it } from 'vitest';
import type { BareJid } from '../../shared/jid.ts';
import { RoomStays } from './room-stays.ts';

const ops = 'ops@rooms.example.mil' as BareJid;
const floor = 'floor@rooms.example.mil' as BareJid;

it('remembers what a room told during one stay, each room by itself', () => {
  const stays = new RoomStays();
  stays.onTold(ops, 'a');
  expect(stays.reaches(ops, 'a')).toBe(true);
  expect(stays.reaches(ops, 'b')).toBe(false);
  expect(stays.reaches(ops, undefined)).toBe(false);
  expect(stays.reaches(floor, 'a')).toBe(false);
  stays.onEnd(ops);
  expect(stays.reaches(ops, 'a')).toBe(false);
});

it('forgets the oldest of very many, and none of the last 5,000', () => {
  const stays = new RoomStays();
  for (let i = 0; i < 20_000; i++) {
    stays.onTold(ops, `m${i}`);
    stays.onTold(ops, `m${i}`);
  }
  expect(stays.reaches(ops, 'm19999')).toBe(true);
  expect(stays.reaches(ops, 'm15000')).toBe(true);
  expect(stays.reaches(ops, 'm14000')).toBe(false);
  expect(stays.reaches(ops, 'm0')).toBe(false);
});
