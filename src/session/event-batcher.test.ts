import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChatEvent, ChatMessage } from '../shared/chat-model.ts';
import type { BareJid } from '../shared/jid.ts';
import { EventBatcher } from './event-batcher.ts';

const bob = 'bob@chat.example.mil' as BareJid;
const message = (id: string, over: Partial<ChatMessage> = {}): ChatMessage => ({
  id,
  direction: 'in',
  sender: bob,
  body: id,
  at: 1,
  delayed: false,
  ...over,
});
const arrival = (id: string): ChatEvent => ({ type: 'messages', conversation: bob, append: [message(id)] });

const SNAPSHOT: ChatEvent = {
  type: 'snapshot',
  snapshot: {
    self: { jid: bob, displayName: 'Bob' },
    link: { kind: 'online' },
    contacts: [],
    rooms: [],
    conversations: [],
  },
};

describe('EventBatcher', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function batcher(): { readonly batcher: EventBatcher; readonly sent: (readonly ChatEvent[])[] } {
    const sent: (readonly ChatEvent[])[] = [];
    return {
      batcher: new EventBatcher(
        (events) => sent.push(events),
        () => [SNAPSHOT],
      ),
      sent,
    };
  }

  it('lets a window that has stopped start anew instead of keeping all that it missed', () => {
    const { batcher: b, sent } = batcher();
    for (let i = 0; i < 8; i++) {
      b.push(arrival(`shown${i}`));
      vi.advanceTimersByTime(20);
    }
    for (let i = 0; i < 25_000; i++) b.push(arrival(`missed${i}`));
    vi.advanceTimersByTime(60_000);
    expect(sent).toHaveLength(8);
    b.acknowledge(8);
    vi.advanceTimersByTime(20);
    const [snapshot, messages] = sent[8] ?? [];
    expect(snapshot).toEqual(SNAPSHOT);
    expect(messages?.type === 'messages' && messages.append.length).toBeLessThan(10_000);
    expect(messages?.type === 'messages' && messages.append.at(-1)?.id).toBe('missed24999');
  });

  it('sends a burst as one array with the messages in order', () => {
    const { batcher: b, sent } = batcher();
    for (let i = 0; i < 1000; i++) b.push(arrival(`m${i}`));
    vi.advanceTimersByTime(20);
    expect(sent).toHaveLength(1);
    const [event] = sent[0] ?? [];
    expect(event?.type === 'messages' && event.append.map((m) => m.id)).toEqual(
      Array.from({ length: 1000 }, (_, i) => `m${i}`),
    );
  });

  it('sends four arrays a second in a stream of single messages, and one a frame after a pause', () => {
    const { batcher: b, sent } = batcher();
    const talk = (count: number) => {
      for (let i = 0; i < count; i++) {
        b.push(arrival(`m${sent.length}-${i}`));
        vi.advanceTimersByTime(50);
        b.acknowledge(sent.length);
      }
    };
    talk(40);
    const begun = sent.length;
    talk(200);
    expect(sent.length - begun).toBeGreaterThan(35);
    expect(sent.length - begun).toBeLessThanOrEqual(60);
    const shown = sent.flat().flatMap((event) => (event.type === 'messages' ? event.append : []));
    vi.advanceTimersByTime(1_000);
    expect(shown.length).toBeGreaterThanOrEqual(235);
    const before = sent.length;
    b.push(arrival('alone'));
    vi.advanceTimersByTime(16);
    expect(sent.length).toBe(before + 1);
  });

  describe('in a room in which more is said than can be read, for seconds', () => {
    const room = 'ops@rooms.example.mil' as BareJid;
    const say = (id: string): ChatEvent => ({
      type: 'messages',
      conversation: room,
      append: [message(id, { sender: 'Bob' })],
    });
    const alert: ChatEvent = {
      type: 'collection',
      collection: 'alerts',
      reset: false,
      upsert: [],
      remove: ['gone'],
    };

    function room20() {
      const { batcher: b, sent } = batcher();
      let count = 0;
      const talk = (seconds: number): void => {
        for (let i = 0; i < seconds * 20; i++) {
          b.push(say(`m${count++}`));
          vi.advanceTimersByTime(50);
          b.acknowledge(sent.length);
        }
      };
      return {
        b,
        sent,
        talk,
        shown: () => sent.flat().flatMap((e) => (e.type === 'messages' ? e.append : [])),
      };
    }

    it('sends two arrays a second, all in order, and one a frame after a pause', () => {
      const { b, sent, talk, shown } = room20();
      talk(10);
      const begun = sent.length;
      talk(30);
      expect(sent.length - begun).toBeGreaterThanOrEqual(50);
      expect(sent.length - begun).toBeLessThanOrEqual(62);
      vi.advanceTimersByTime(1_000);
      expect(shown().map(({ id }) => id)).toEqual(Array.from({ length: 800 }, (_, i) => `m${i}`));
      const before = sent.length;
      b.push(say('alone'));
      vi.advanceTimersByTime(16);
      expect(sent.length).toBe(before + 1);
    });

    it('sends at once what is more than the stream, and with it what waits', () => {
      const { b, sent, talk } = room20();
      talk(10);
      b.flush();
      b.push(say('waits'));
      vi.advanceTimersByTime(20);
      const before = sent.length;
      b.push(alert);
      vi.advanceTimersByTime(16);
      expect(sent.slice(before)).toEqual([[say('waits'), alert]]);
      // Many of them are a stream again.
      for (let i = 0; i < 20; i++) {
        b.push(alert);
        vi.advanceTimersByTime(50);
        b.push(say(`meanwhile${i}`));
        b.acknowledge(1);
      }
      expect(sent.length - before).toBeLessThanOrEqual(6);
      expect(sent.length - before).toBeGreaterThanOrEqual(4);
    });

    it('takes a flood for one there, too', () => {
      const { b, sent, talk } = room20();
      talk(10);
      const before = sent.length;
      for (let i = 0; i < 100; i++) {
        for (let each = 0; each < 10; each++) b.push(say(`f${i}-${each}`));
        vi.advanceTimersByTime(10);
        b.acknowledge(sent.length);
      }
      expect(sent.length - before).toBeGreaterThanOrEqual(5);
      expect(sent.length - before).toBeLessThanOrEqual(11);
    });
  });

  it('sends fewer arrays in a flood, and one a frame again after it', () => {
    const { batcher: b, sent } = batcher();
    const arrive = (count: number) => {
      for (let i = 0; i < count; i++) b.push(arrival(`m${sent.length}-${i}`));
    };
    arrive(500);
    vi.advanceTimersByTime(16);
    expect(sent).toHaveLength(1);
    arrive(5);
    vi.advanceTimersByTime(99);
    expect(sent).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sent).toHaveLength(2);
    arrive(1);
    vi.advanceTimersByTime(16);
    expect(sent).toHaveLength(3);
  });

  it('holds back after eight unacknowledged arrays, loses nothing, and goes on when they are acknowledged', () => {
    const { batcher: b, sent } = batcher();
    for (let i = 0; i < 20; i++) {
      b.push(arrival(`m${i}`));
      vi.advanceTimersByTime(20);
    }
    expect(sent).toHaveLength(8);
    b.acknowledge(8);
    vi.advanceTimersByTime(20);
    const ids = sent
      .flat()
      .flatMap((event) => (event.type === 'messages' ? event.append.map((m) => m.id) : []));
    expect(ids).toEqual(Array.from({ length: 20 }, (_, i) => `m${i}`));
  });

  it('sends a message that changed while it waited once, in its last state', () => {
    const { batcher: b, sent } = batcher();
    b.push(arrival('a'));
    const update = message('a', { direction: 'out', delivery: 'stored' });
    b.push({ type: 'message-updates', conversation: bob, messages: [update] });
    vi.advanceTimersByTime(20);
    expect(sent.flat()).toEqual([{ type: 'messages', conversation: bob, append: [update] }]);
  });

  it('drops what a snapshot already tells', () => {
    const { batcher: b, sent } = batcher();
    b.push(arrival('a'));
    const snapshot: ChatEvent = {
      type: 'snapshot',
      snapshot: {
        self: { jid: bob, displayName: 'B' },
        link: { kind: 'offline' },
        contacts: [],
        rooms: [],
        conversations: [],
      },
    };
    b.push(snapshot);
    vi.advanceTimersByTime(20);
    expect(sent.flat()).toEqual([snapshot]);
  });

  it('sends nothing after it was closed', () => {
    const { batcher: b, sent } = batcher();
    b.push(arrival('a'));
    b.close();
    b.push(arrival('b'));
    vi.advanceTimersByTime(100);
    expect(sent).toEqual([]);
  });
});
