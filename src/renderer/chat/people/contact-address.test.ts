import { describe, expect, it } from 'vitest';
import type { BareJid } from '../../../shared/jid.ts';
import { mayAsk, typedAddress, typedGroups } from './contact-address.ts';

const DOMAIN = 'chat.example.mil';
const people = {
  subscriptions: 'internal',
  directory: true,
  location: false,
  activity: false,
  partnerDomains: ['chat.partner.example'],
} as const;

describe('an address as it is typed', () => {
  it.each([
    ['bob', 'bob@chat.example.mil'],
    ['  Bob  ', 'bob@chat.example.mil'],
    ['bob@chat.example.mil', 'bob@chat.example.mil'],
    ['eve@chat.partner.example', 'eve@chat.partner.example'],
  ])('%j is %s', (typed, jid) => {
    expect(typedAddress(typed, DOMAIN, people)).toEqual({ ok: true, jid });
  });
  it.each([
    ['', 'invalid'],
    ['bob smith', 'invalid'],
    ['bob@chat.example.mil/phone', 'invalid'],
    ['@chat.example.mil', 'invalid'],
    ['bob@elsewhere.example', 'outside'],
    ['bob@chat.example.mil.evil.example', 'outside'],
  ])('%j is %s', (typed, problem) => {
    expect(typedAddress(typed, DOMAIN, people)).toEqual({ ok: false, problem });
  });
});

describe('whose presence may be asked for', () => {
  const bob = 'bob@chat.example.mil' as BareJid;
  const eve = 'eve@chat.partner.example' as BareJid;
  it.each([
    ['none', false, false],
    ['internal', true, false],
    ['partners', true, true],
  ] as const)('%s', (subscriptions, own, partner) => {
    expect(mayAsk(bob, DOMAIN, { ...people, subscriptions })).toBe(own);
    expect(mayAsk(eve, DOMAIN, { ...people, subscriptions })).toBe(partner);
  });
});

describe('groups as they are typed', () => {
  it('are separated by commas, each once', () => {
    expect(typedGroups(' J2 Watch, J3,, J2 Watch ')).toEqual(['J2 Watch', 'J3']);
    expect(typedGroups(' , ')).toEqual([]);
  });
  it('are too many, or too long', () => {
    expect(typedGroups(Array.from({ length: 17 }, (_, index) => `g${index}`).join())).toBeUndefined();
    expect(typedGroups('x'.repeat(65))).toBeUndefined();
  });
});
