import { describe, expect, it } from 'vitest';
import { ROUTES } from '../routes.ts';
import { commandsOf, requestOf, usageOf } from './command-line.ts';

const COMMANDS = commandsOf(ROUTES);
const command = (name: string) => {
  const found = COMMANDS.find((known) => known.name === name);
  if (found === undefined) throw new Error(`no command ${name}`);
  return found;
};

describe('the command line', () => {
  it('has a command for every route but the session’s own', () => {
    expect(COMMANDS.length).toBe(ROUTES.length - 2);
  });

  it('puts options where the route has them', () => {
    expect(
      requestOf(command('switch set'), {
        kind: ['user'],
        name: ['o’neill/..'],
        position: ['off'],
        reason: ['card lost'],
      }),
    ).toEqual({
      method: 'PUT',
      path: '/api/switch/user/o%E2%80%99neill%2F..',
      body: { position: 'off', reason: 'card lost' },
    });
    expect(requestOf(command('files list'), { state: ['quarantined'], limit: ['5'] })).toEqual({
      method: 'GET',
      path: '/api/files?state=quarantined&limit=5',
    });
  });

  it('tells lists that are empty from lists that stay', () => {
    const options = { account: ['alice'], disabled: ['false'], reason: ['new card'], upns: [''] };
    expect(requestOf(command('people set'), options).body).toEqual({
      disabled: false,
      upns: [],
      reason: 'new card',
    });
  });

  it('says what is missing', () => {
    expect(() => requestOf(command('switch set'), { kind: ['user'], name: ['a'] })).toThrow(/--position/);
  });

  it('shows what it takes', () => {
    expect(usageOf(command('switch set'))).toBe(
      'switch set --kind service|user|machine|room|partner|feed --name NAME --position on|off --reason REASON',
    );
  });
});
