import { describe, expect, it } from 'vitest';
import type { BareJid } from '../../shared/jid.ts';
import { INITIAL_STATE, type WindowState } from '../state/store.ts';
import { COMMAND_GROUPS, COMMAND_TEXT } from '../text/commands.ts';
import { chordCaps, isChord, type KeyPress, parseChord } from './keys.ts';
import { searchCommands } from './search.ts';
import { COMMANDS, keysOf, tooltipOf } from './table.ts';

const UP = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
const pressed = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({ ...UP, key, ...held });

describe('combinations of keys', () => {
  it.each([
    ['Ctrl+K', pressed('k', { ctrlKey: true })],
    ['Ctrl+K', pressed('K', { ctrlKey: true })],
    ['Ctrl+K', pressed('k', { metaKey: true })],
    ['Ctrl+Shift+P', pressed('P', { ctrlKey: true, shiftKey: true })],
    ['Alt+Shift+Down', pressed('ArrowDown', { altKey: true, shiftKey: true })],
    ['Shift+F6', pressed('F6', { shiftKey: true })],
    ['Esc', pressed('Escape')],
    // A German keyboard has the slash above the 7, an American one the plus above the equals sign.
    ['Ctrl+/', pressed('/', { ctrlKey: true, shiftKey: true })],
    ['Ctrl+Plus', pressed('+', { ctrlKey: true })],
    ['Ctrl+Plus', pressed('=', { ctrlKey: true })],
    ['Ctrl+Plus', pressed('+', { ctrlKey: true, shiftKey: true })],
  ])('%s is %j', (chord, press) => {
    expect(isChord(press, chord)).toBe(true);
  });

  it.each([
    ['Ctrl+K', pressed('k')],
    ['Ctrl+K', pressed('k', { ctrlKey: true, shiftKey: true })],
    ['Ctrl+K', pressed('k', { ctrlKey: true, altKey: true })],
    ['F6', pressed('F6', { shiftKey: true })],
    ['Alt+Down', pressed('ArrowDown', { altKey: true, shiftKey: true })],
    ['Ctrl+/', pressed('/')],
    ['Esc', pressed('Escape', { ctrlKey: true })],
  ])('%s is not %j', (chord, press) => {
    expect(isChord(press, chord)).toBe(false);
  });

  it.each(['', 'Ctrl+', 'Ctrl', 'Strg+K', 'Ctrl+Ctrl+K', 'K+Ctrl'])('refuses %j in the table', (text) => {
    expect(() => parseChord(text)).toThrow(RangeError);
  });

  it('are drawn as caps', () => {
    expect(chordCaps('Alt+Shift+Down')).toEqual(['Alt', 'Shift', '↓']);
    expect(chordCaps('Ctrl+Plus')).toEqual(['Ctrl', '+']);
  });
});

describe('the table', () => {
  it('has every named command once, under a heading, and each key once', () => {
    expect(COMMANDS.map(({ id }) => id).sort()).toEqual(Object.keys(COMMAND_TEXT).sort());
    for (const { group } of COMMANDS) expect(COMMAND_GROUPS).toHaveProperty(group);
    const keys = COMMANDS.flatMap((command) => command.keys ?? []);
    expect(new Set(keys.map((chord) => JSON.stringify(parseChord(chord)))).size).toBe(keys.length);
  });

  it('is where tooltips have their keys from', () => {
    expect(keysOf('next-unread')).toBe('Alt+Shift+↓');
    expect(keysOf('sign-out')).toBeUndefined();
    expect(tooltipOf('attach')).toBe('Attach a file (Ctrl+Shift+A)');
    expect(tooltipOf('sign-out')).toBe('Sign out');
  });
});

describe('the palette', () => {
  const ids = (state: WindowState, typed: string) => searchCommands(state, typed).map(({ id }) => id);

  it('offers what is possible now', () => {
    expect(ids(INITIAL_STATE, '')).not.toContain('attach');
    expect(ids(INITIAL_STATE, '')).not.toContain('leave-room');
    expect(ids(INITIAL_STATE, '')).not.toContain('palette');
    expect(ids(INITIAL_STATE, '')).toContain('reconnect');
    const jid = 'floor@rooms.example.mil' as BareJid;
    const room = { jid, name: 'floor', subject: '', state: 'joined', occupantCount: 1, nick: 'a' } as const;
    const inRoom: WindowState = {
      ...INITIAL_STATE,
      chat: { ...INITIAL_STATE.chat, link: { kind: 'online' }, rooms: new Map([[jid, room]]) },
      view: { ...INITIAL_STATE.view, active: { jid, kind: 'room' } },
    };
    expect(ids(inRoom, '')).toContain('leave-room');
    expect(ids(inRoom, '')).not.toContain('reconnect');
  });

  it('finds by words in any order, names that begin so first', () => {
    expect(ids(INITIAL_STATE, 'next')[0]).toBe('next-conversation');
    expect(ids(INITIAL_STATE, 'unread NEXT')).toEqual(['next-unread']);
    expect(ids(INITIAL_STATE, 'session policy')).toEqual(['policy']);
    expect(ids(INITIAL_STATE, 'no such command')).toEqual([]);
  });
});
