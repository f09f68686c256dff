import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { NS } from '../namespaces.ts';
import { xml } from '../xml.ts';
import { OwnPresence } from './own-presence.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp() {
  const sent: string[] = [];
  const presence = new OwnPresence({
    send: (stanza) => sent.push(stanza.toString()),
    caps: () => xml('c', { xmlns: NS.caps }),
  });
  const stream = {
    ended: false,
    received: (): void => undefined,
    onceReceived(callback: () => void): void {
      this.received = callback;
    },
  };
  return { sent, presence, stream };
}

it('follows the contact list as soon as something of it has come, once', async () => {
  const { sent, presence, stream } = setUp();
  const announced = presence.announce(stream);
  expect(sent).toEqual([]);
  stream.received();
  await announced;
  await vi.runAllTimersAsync();
  expect(sent).toEqual([
    '<presence xmlns="jabber:client"><c xmlns="http://jabber.org/protocol/caps"/></presence>',
  ]);
});

it('does not wait for a slow link', async () => {
  const { sent, presence, stream } = setUp();
  const announced = presence.announce(stream);
  await vi.runAllTimersAsync();
  await announced;
  stream.received();
  expect(sent).toHaveLength(1);
});

it('is what the user chose last, and told once', async () => {
  const { sent, presence, stream } = setUp();
  const announced = presence.announce(stream);
  presence.set('dnd', 'Briefing', true);
  expect(sent).toEqual([]);
  stream.received();
  await announced;
  expect(sent).toEqual([expect.stringContaining('<show>dnd</show><status>Briefing</status>')]);
  presence.onResumed();
  expect(sent).toHaveLength(1);
});

it('is sent after a resumption when it was changed without a connection', () => {
  const { sent, presence } = setUp();
  presence.onResumed();
  presence.set('away', '', false);
  expect(sent).toEqual([]);
  presence.onResumed();
  expect(sent).toEqual([expect.stringContaining('<show>away</show>')]);
});

it('is not sent on a stream that has ended, but when the session is resumed', async () => {
  const { sent, presence, stream } = setUp();
  const announced = presence.announce(stream);
  stream.ended = true;
  stream.received();
  await announced;
  expect(sent).toEqual([]);
  presence.onResumed();
  expect(sent).toHaveLength(1);
  presence.onResumed();
  expect(sent).toHaveLength(1);
});
