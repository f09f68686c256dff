import { describe, expect, it } from 'vitest';
import type { AppState, CertificateChoice, SignInState } from '../../shared/app-state.ts';
import type { BareJid } from '../../shared/jid.ts';
import { EMPTY_CHAT } from './chat-state.ts';
import { FrameQueue } from './frame-queue.ts';
import { applyAppState, createStore, INITIAL_STATE, wantsChat } from './store.ts';
import { setDraft } from './view-state.ts';

const ALICE: CertificateChoice = {
  id: '1',
  commonName: 'ALICE',
  upn: '1@mil',
  issuer: 'CA',
  notAfter: '2027-01-01',
};

function running(signIn: SignInState, screenLocked = false): AppState {
  return {
    kind: 'running',
    build: { version: '1', testBuild: false },
    policy: {
      organisation: 'o',
      support: 's',
      policyId: 'p',
      sequence: 1,
      expires: '2027-01-01',
      banner: { text: 'U', background: '#000000', foreground: '#ffffff' },
      consent: { title: 't', text: 't' },
      domain: 'example.mil',
      roomServices: [],
      people: {
        subscriptions: 'internal',
        directory: true,
        location: false,
        activity: false,
        partnerDomains: [],
      },
      rooms: { create: false, invite: true, whiteboard: false },
      signIn: { method: 'card', passwordChange: false },
      cardRemoval: 'lock',
      desktop: { copy: true, paste: true, dragAndDrop: true },
      linkHosts: [],
      templates: [],
    },
    signIn,
    screenLocked,
  };
}

const BOB = 'bob@example.mil' as BareJid;
const online = applyAppState(INITIAL_STATE, running({ step: 'online', identity: ALICE }), false);
const used = {
  ...online,
  chat: { ...EMPTY_CHAT, self: { jid: 'alice@example.mil' as BareJid, displayName: 'Alice' } },
  view: setDraft(online.view, BOB, 'not sent yet'),
};

describe('application state', () => {
  it('keeps chat and drafts while a covered screen waits for the card and comes back', () => {
    const covered = applyAppState(
      used,
      running({ step: 'card', error: { code: 'CARD_REMOVED' } }, true),
      true,
    );
    expect(covered.view.drafts.get(BOB)).toBe('not sent yet');
    expect(covered.lastIdentity).toEqual(ALICE);
    const pin = applyAppState(covered, running({ step: 'pin', identity: ALICE }, true), true);
    expect(applyAppState(pin, running({ step: 'online', identity: ALICE }), true).chat.self).toBeDefined();
  });

  it('forgets everything when the user signed out, when a locked policy came, and when another card is used', () => {
    const mallory = { ...ALICE, id: '2', upn: '2@mil' };
    for (const app of [
      running({ step: 'stopped', retry: true }),
      running({ step: 'consent' }),
      running({ step: 'card' }),
      running({ step: 'pin', identity: mallory }, true),
      {
        kind: 'locked',
        build: { version: '1', testBuild: false },
        error: { code: 'EXPIRED' },
        bundleSha256: '',
        support: '',
      },
    ] as const) {
      const after = applyAppState(used, app, true);
      expect(after.chat).toBe(EMPTY_CHAT);
      expect(after.view.drafts.size).toBe(0);
    }
  });

  it('does not start chat behind a cover before anyone was signed in', () => {
    expect(wantsChat(running({ step: 'card' }, true), false)).toBe(false);
    expect(wantsChat(undefined, true)).toBe(false);
  });
});

describe('store', () => {
  it('tells listeners only of changes, and also those who end their subscription meanwhile get no second call', () => {
    const store = createStore(0);
    const seen: number[] = [];
    const end = store.subscribe(() => {
      seen.push(store.get());
      end();
    });
    store.update((value) => value);
    store.update((value) => value + 1);
    store.update((value) => value + 1);
    expect(seen).toEqual([1]);
  });
});

describe('FrameQueue', () => {
  function setUp() {
    const frames = new Map<number, () => void>();
    const timers = new Map<number, () => void>();
    let handle = 0;
    const seen: (readonly number[])[] = [];
    const queue = new FrameQueue<number>((items) => seen.push(items), {
      requestFrame: (callback) => frames.set(++handle, callback) && handle,
      cancelFrame: (number) => frames.delete(number),
      setTimer: (callback) => timers.set(++handle, callback) && handle,
      clearTimer: (number) => timers.delete(number),
    });
    return { queue, frames, timers, seen };
  }

  it('hands over all that came since the last frame, in order, once', () => {
    const { queue, frames, timers, seen } = setUp();
    queue.push([1, 2]);
    queue.push([3]);
    expect(frames.size).toBe(1);
    for (const frame of frames.values()) frame();
    expect(seen).toEqual([[1, 2, 3]]);
    expect(timers.size + frames.size).toBe(0);
  });

  it('goes on without frames in a hidden window', () => {
    const { queue, timers, seen } = setUp();
    queue.push([1]);
    for (const timer of timers.values()) timer();
    expect(seen).toEqual([[1]]);
  });

  it('hands over nothing after it was cleared', () => {
    const { queue, frames, seen } = setUp();
    queue.push([1]);
    queue.clear();
    queue.flush();
    expect(frames.size).toBe(0);
    expect(seen).toEqual([]);
  });
});
