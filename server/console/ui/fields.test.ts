import { expect, it } from 'vitest';
import { fieldsInOrder } from './fields.ts';

it('a record reads in one order, however the server wrote it', () => {
  const names = ['hash', 'machine', 'kid', 'body', 'from', 'prev', 'time', 'binding', 'to'];
  const order = ['time', 'from', 'to', 'body', 'machine', 'binding', 'kid', 'prev', 'hash'];
  const record = (keys: readonly string[]) => Object.fromEntries(keys.map((name) => [name, name]));
  expect(fieldsInOrder(record(names)).map(([name]) => name)).toEqual(order);
  expect(fieldsInOrder(record([...names].reverse())).map(([name]) => name)).toEqual(order);
});
