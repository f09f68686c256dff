import { describe, expect, it } from 'vitest';
import { domainOf, parseJid, resourceOf, toBareJid, toFullJid } from './jid.ts';

describe('parseJid', () => {
  it.each([
    ['chat.example.mil', { domain: 'chat.example.mil' }],
    ['alice@chat.example.mil', { local: 'alice', domain: 'chat.example.mil' }],
    ['ALICE@Chat.Example.MIL/Desk', { local: 'alice', domain: 'chat.example.mil', resource: 'Desk' }],
    [
      'ops@conference.chat.example.mil/Sgt. Müller',
      { local: 'ops', domain: 'conference.chat.example.mil', resource: 'Sgt. Müller' },
    ],
    ['a@b/c/d@e', { local: 'a', domain: 'b', resource: 'c/d@e' }],
    ['1000000001@chat.example.mil', { local: '1000000001', domain: 'chat.example.mil' }],
  ])('%s', (text, parts) => {
    expect(parseJid(text)).toEqual(parts);
  });

  it.each([
    [''],
    ['@chat.example.mil'],
    ['alice@'],
    ['alice@chat.example.mil/'],
    ['a@b@c'],
    ['a b@c'],
    ['alice@exa_mple.mil'],
    ['alice@-example.mil'],
    ['alice@example..mil'],
    ['alice@пример.мил'],
    // The Kelvin sign, which becomes a k in lower case.
    ['alice@tan\u212a.mil'],
    ['al\u202eice@chat.example.mil'],
    ['alice\u0000@chat.example.mil'],
    ['<alice>@chat.example.mil'],
    ['alice@chat.example.mil/a\u0007'],
    ['alice@chat.example.mil/\u200bghost'],
    [`${'a'.repeat(1024)}@b`],
    [`a@${'b'.repeat(64)}.mil`],
    [`a@b/${'ü'.repeat(512)}`],
  ])('refuses %j', (text) => {
    expect(parseJid(text)).toBeUndefined();
  });
});

it('has one form for an address, whatever letters it is made of', () => {
  for (const local of ['a\u03aa\u0301', '\u1fbc\u0301', '\u1fccx', '\u0130', '\u212a']) {
    const bare = toBareJid(`${local}@chat.mil`);
    expect(bare && toBareJid(bare), local).toBe(bare);
  }
});

describe('bare and full addresses', () => {
  it('takes the resource off and tells the parts', () => {
    const full = toFullJid('Alice@chat.example.mil/desk');
    expect(full).toBe('alice@chat.example.mil/desk');
    expect(toBareJid('Alice@chat.example.mil/desk')).toBe('alice@chat.example.mil');
    expect(toFullJid('alice@chat.example.mil')).toBeUndefined();
    expect(full && domainOf(full)).toBe('chat.example.mil');
    expect(full && resourceOf(full)).toBe('desk');
  });
});
