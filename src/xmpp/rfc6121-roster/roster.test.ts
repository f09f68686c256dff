import { describe, expect, it } from 'vitest';
import { type BareJid, toBareJid } from '../../shared/jid.ts';
import type { ContactsChange } from '../api.ts';
import { NS } from '../namespaces.ts';
import { xml } from '../xml.ts';
import { Roster } from './roster.ts';

const BOB = 'bob@chat.mil' as BareJid;

function setUp() {
  const changes: ContactsChange[] = [];
  const roster = new Roster({
    emit: (change) => changes.push(change),
    approved: (text) => (text.endsWith('@chat.mil') ? toBareJid(text) : undefined),
  });
  const items = ['bob@chat.mil', 'carol@chat.mil', 'mallory@evil.example'].map((jid) =>
    xml('item', { jid, subscription: 'both' }),
  );
  const list = () =>
    roster.onResult(xml('iq', { xmlns: NS.client }, xml('query', { xmlns: NS.roster }, ...items)));
  const presence = (type: string | undefined, resource: string, jid = BOB) =>
    roster.onPresence(xml('presence', { xmlns: NS.client, type }), jid, resource);
  return { roster, changes, list, presence };
}

describe('Roster', () => {
  it('shows nobody that the policy does not let the user speak with', () => {
    const { changes, list } = setUp();
    list();
    expect(changes).toMatchObject([{ reset: true, upsert: [{ jid: BOB }, { jid: 'carol@chat.mil' }] }]);
  });

  it('says nothing of those who were not there and still are not', () => {
    const { changes, list, presence } = setUp();
    list();
    presence('unavailable', '');
    presence('unavailable', 'desk');
    expect(changes).toHaveLength(1);
  });

  it('tells when the last resource goes, and when all go at once', () => {
    const { changes, list, presence } = setUp();
    list();
    const last = () => changes.at(-1)?.upsert[0]?.availability;
    presence(undefined, 'desk');
    presence(undefined, 'phone');
    presence('unavailable', 'desk');
    expect(last()).toBe('available');
    presence('unavailable', 'phone');
    expect(last()).toBe('offline');
    presence(undefined, 'desk');
    presence('unavailable', '');
    expect(last()).toBe('offline');
  });

  it('knows who was there before the list came', () => {
    const { changes, list, presence } = setUp();
    presence(undefined, 'desk');
    list();
    expect(changes[0]?.upsert[0]).toMatchObject({ jid: BOB, availability: 'available' });
  });
});
