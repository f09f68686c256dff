import { describe, expect, it } from 'vitest';
import { DEFAULT_PREFERENCES } from '../../shared/preferences.ts';
import { type CallerFacts, INVOKE_CHANNELS, refuseCall } from './validators.ts';

const chat: CallerFacts = {
  window: 'chat',
  mainFrame: true,
  origin: 'app://chat',
  expectedOrigin: 'app://chat',
};
const pin: CallerFacts = { window: 'pin', mainFrame: true, origin: 'app://pin', expectedOrigin: 'app://pin' };

const password: CallerFacts = {
  window: 'password',
  mainFrame: true,
  origin: 'app://password',
  expectedOrigin: 'app://password',
};
const tile: CallerFacts = {
  window: 'tile',
  mainFrame: true,
  origin: 'app://tile',
  expectedOrigin: 'app://tile',
};
/** What a torn-off window may call besides its own. */
const SHARED = ['app:get-state', 'app:connect-chat', 'app:open-link', 'app:get-preferences'];
const ownerOf = (channel: string): CallerFacts =>
  channel.startsWith('pin:')
    ? pin
    : channel.startsWith('tile:')
      ? tile
      : channel.startsWith('password:')
        ? password
        : chat;

const GOOD_ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  'app:choose-certificate': ['9a'],
  'app:open-link': ['https://intranet.example.mil/'],
  'app:tear-off': [[{ jid: 'ops@rooms.a.mil', kind: 'room' }]],
  'app:set-preferences': [DEFAULT_PREFERENCES],
  'history:export': [{ kind: 'search', query: 'convoy' }, 'pdf'],
};
const tiles = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ jid: `r${index}@rooms.a.mil`, kind: 'room' }));
const goodArguments = (channel: string): readonly unknown[] => GOOD_ARGUMENTS[channel] ?? [];

describe('refuseCall', () => {
  it.each(INVOKE_CHANNELS)('accepts %s from its own window only', (channel) => {
    const own = ownerOf(channel);
    expect(refuseCall(channel, own, goodArguments(channel))).toBeUndefined();
    const others = [chat, tile, pin, password].filter((caller) => caller !== own);
    for (const other of others.filter((caller) => caller !== tile || !SHARED.includes(channel))) {
      expect(refuseCall(channel, other, goodArguments(channel))).toBe('wrong-window');
    }
  });

  it.each(INVOKE_CHANNELS)('refuses %s from anywhere but the main frame of a known page', (channel) => {
    const own = ownerOf(channel);
    const args = goodArguments(channel);
    expect(refuseCall(channel, { ...own, window: undefined }, args)).toBe('unknown-window');
    expect(refuseCall(channel, { ...own, mainFrame: false }, args)).toBe('wrong-frame');
    for (const origin of ['', 'null', 'app://other', 'https://chat', 'app://chat.evil', 'file://'])
      expect(refuseCall(channel, { ...own, origin }, args)).toBe('wrong-origin');
  });

  it.each(INVOKE_CHANNELS)('refuses %s with another number of arguments', (channel) => {
    const own = ownerOf(channel);
    expect(refuseCall(channel, own, [...goodArguments(channel), 'more'])).toBe('arguments');
    expect(refuseCall(channel, own, [...goodArguments(channel), undefined])).toBe('arguments');
  });

  it.each([
    [],
    [''],
    ['x'.repeat(257)],
    ['a\nb'],
    ['a\u202eb'],
    ['\ud800'],
    [undefined],
    [null],
    [1],
    [{}],
    [['9a']],
    [{ toString: () => '9a' }],
    [JSON.parse('{"__proto__":{"length":2}}')],
    [Object('9a')],
  ])('refuses the certificate id %j', (...args) => {
    expect(refuseCall('app:choose-certificate', chat, args)).toBe('arguments');
  });

  it.each(['', 'app:unknown', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'APP:QUIT'])(
    'knows no channel %j',
    (channel) => {
      expect(refuseCall(channel, chat, [])).toBe('channel');
    },
  );

  it.each([
    [{ ...DEFAULT_PREFERENCES, zoom: 5000 }],
    [{ ...DEFAULT_PREFERENCES, theme: 'night', more: 1 }],
    [{}],
    [[DEFAULT_PREFERENCES]],
    ['night'],
    [undefined],
  ])('takes %j for no preferences', (preferences) => {
    expect(refuseCall('app:set-preferences', chat, [preferences])).toBe('arguments');
  });

  it.each([
    ['http://intranet.example.mil/'],
    ['https://'],
    [`https://intranet.example.mil/${'x'.repeat(2048)}`],
    ['https://intranet.example.mil/ a'],
    ['https://intranet.example.mil/\n'],
    ['https://intranet.éxample.mil/'],
    [['https://intranet.example.mil/']],
    [new String('https://intranet.example.mil/')],
    [undefined],
  ])('takes %j for no address of a link', (href) => {
    expect(refuseCall('app:open-link', chat, [href])).toBe('arguments');
  });

  it.each([
    [undefined],
    ['ops@rooms.a.mil'],
    [[]],
    [tiles(13)],
    [[{ jid: 'ops@rooms.a.mil', kind: 'server' }]],
    [[{ jid: '../x', kind: 'room' }]],
    [[{ jid: 'OPS@rooms.a.mil', kind: 'room' }]],
    [[tiles(1)[0], tiles(1)[0]]],
  ])('refuses to tear off %j', (value) => {
    expect(refuseCall('app:tear-off', chat, [value])).toBe('arguments');
  });

  it('lets a torn-off window do nothing but show and answer', () => {
    const may = INVOKE_CHANNELS.filter(
      (channel) => refuseCall(channel, tile, goodArguments(channel)) === undefined,
    );
    expect([...may].sort()).toEqual([...SHARED, 'tile:get-tiles'].sort());
  });
});
