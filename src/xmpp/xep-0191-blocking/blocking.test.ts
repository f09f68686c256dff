/** The blocklist: what is asked, what is understood, and whose word counts. */
import { describe, expect, it } from 'vitest';
import { scriptedExtensions } from '../../../test/support/scripted-extensions.ts';
import type { BareJid } from '../../shared/jid.ts';

const EVE = 'eve@chat.mil' as BareJid;
const change = (name: string, ...jids: string[]) =>
  `<${name} xmlns='urn:xmpp:blocking'>${jids.map((jid) => `<item jid='${jid}'/>`).join('')}</${name}>`;

function online(...blocked: string[]) {
  const scripted = scriptedExtensions();
  const { blocking } = scripted.extensions;
  const lists: string[][] = [];
  blocking.events.on('changed', (list) => lists.push([...list]));
  blocking.onNewSession();
  scripted.answer(change('blocklist', ...blocked));
  return { ...scripted, blocking, lists };
}

describe('the list', () => {
  it('is asked for with each new session, and holds what are addresses', () => {
    const { sent, lists } = online('eve@chat.mil', 'spam.example', 'no address', 'mal@partner.gov/x');
    expect(sent).toEqual([
      '<iq xmlns="jabber:client" type="get" id="id-1"><blocklist xmlns="urn:xmpp:blocking"/></iq>',
    ]);
    expect(lists).toEqual([['eve@chat.mil', 'spam.example', 'mal@partner.gov/x']]);
  });

  it('is empty where the server has none', () => {
    const scripted = scriptedExtensions();
    scripted.extensions.blocking.onNewSession();
    scripted.refuse('service-unavailable');
    expect(scripted.extensions.blocking.blocked.size).toBe(0);
  });

  it('changes by the server’s push alone', async () => {
    const { blocking, sent, answer, push, lists } = online();
    const blocked = blocking.block(EVE);
    expect(sent.at(-1)).toBe(
      '<iq xmlns="jabber:client" type="set" id="id-2"><block xmlns="urn:xmpp:blocking"><item jid="eve@chat.mil"/></block></iq>',
    );
    answer('');
    await blocked;
    expect(blocking.blocked.size).toBe(0);
    expect(push('set', change('block', EVE))).toBe(true);
    expect([...blocking.blocked]).toEqual([EVE]);
    const unblocked = blocking.unblock(EVE);
    expect(sent.at(-1)).toContain('<unblock xmlns="urn:xmpp:blocking"><item jid="eve@chat.mil"/></unblock>');
    answer('');
    await unblocked;
    expect(push('set', change('unblock', EVE), 'alice@chat.mil')).toBe(true);
    expect(lists.at(-1)).toEqual([]);
    push('set', change('block', 'a@chat.mil', 'b@chat.mil'));
    expect(push('set', change('unblock'))).toBe(true);
    expect(blocking.blocked.size).toBe(0);
  });

  it('is nobody else’s to change', () => {
    const { blocking, push } = online('eve@chat.mil');
    for (const from of ['eve@chat.mil/x', 'chat.mil', 'rooms.chat.mil', 'alice@chat.mil/other']) {
      expect(push('set', change('unblock'), from)).toBeUndefined();
      expect(push('set', change('block', 'bob@chat.mil'), from)).toBeUndefined();
    }
    expect([...blocking.blocked]).toEqual([EVE]);
  });

  it('tells why somebody could not be blocked', async () => {
    const { blocking, refuse } = online();
    const blocked = blocking.block(EVE);
    refuse('not-allowed');
    await expect(blocked).rejects.toMatchObject({
      code: 'MESSAGE_REFUSED',
      detail: { condition: 'not-allowed' },
    });
  });
});
