/** Changing contacts, and requests to see the presence: what is written, and what is heard. */
import { describe, expect, it } from 'vitest';
import { scriptedExtensions } from '../../../test/support/scripted-extensions.ts';
import type { BareJid } from '../../shared/jid.ts';

const BOB = 'bob@chat.mil' as BareJid;

function list(changes: Parameters<typeof scriptedExtensions>[0] = {}) {
  const scripted = scriptedExtensions(changes);
  const { contactList } = scripted.extensions;
  const heard: string[] = [];
  contactList.events.on('requested', ({ from, text }) => heard.push(`${from}: ${text}`));
  contactList.events.on('settled', (from) => heard.push(`settled ${from}`));
  return { ...scripted, contactList, heard };
}

describe('contacts', () => {
  it('are put with name and groups, each once, and taken out', async () => {
    const { contactList, sent, answer } = list();
    const put = contactList.put(BOB, 'Bob <& "B"', ['J2', 'J3', 'J2']);
    answer('');
    await put;
    const bare = contactList.put(BOB, '', []);
    answer('');
    await bare;
    const removed = contactList.remove(BOB);
    answer('');
    await removed;
    const iq = (id: number, item: string) =>
      `<iq xmlns="jabber:client" type="set" id="id-${id}"><query xmlns="jabber:iq:roster">${item}</query></iq>`;
    expect(sent).toEqual([
      iq(
        1,
        '<item jid="bob@chat.mil" name="Bob &lt;&amp; &quot;B&quot;"><group>J2</group><group>J3</group></item>',
      ),
      iq(2, '<item jid="bob@chat.mil"/>'),
      iq(3, '<item jid="bob@chat.mil" subscription="remove"/>'),
    ]);
  });

  it('are people of approved domains', async () => {
    await expect(list().contactList.put('eve@evil.example' as BareJid, '', [])).rejects.toThrow('domain');
  });
});

describe('requests', () => {
  it('are heard with what is said to them, and when they are taken back', () => {
    const { receive, heard } = list();
    expect(
      receive(
        `<presence type='subscribe' from='bob@chat.mil'><status>${'x'.repeat(300)}</status></presence>`,
      ),
    ).toBe(true);
    receive("<presence type='unsubscribe' from='bob@chat.mil'/>");
    expect(heard).toEqual([`bob@chat.mil: ${'x'.repeat(256)}`, 'settled bob@chat.mil']);
  });

  it('of rooms, of others than the policy’s, and of the own account are none', () => {
    const { receive, heard } = list({ partners: [{ domain: 'partner.gov' }] });
    for (const from of ['ops@rooms.chat.mil', 'eve@evil.example', 'p@partner.gov', 'alice@chat.mil']) {
      receive(`<presence type='subscribe' from='${from}'/>`);
    }
    expect(heard).toEqual([]);
  });

  it('are answered, and made', () => {
    const { contactList, sent, heard } = list();
    contactList.ask(BOB);
    contactList.allow(BOB);
    contactList.refuse(BOB);
    expect(sent).toEqual(
      ['subscribe', 'subscribed', 'unsubscribed'].map(
        (type) => `<presence xmlns="jabber:client" to="bob@chat.mil" type="${type}"/>`,
      ),
    );
    expect(heard).toEqual(['settled bob@chat.mil', 'settled bob@chat.mil']);
    expect(() => list({ subscriptions: 'none' }).contactList.ask(BOB)).toThrow('subscription');
  });
});
