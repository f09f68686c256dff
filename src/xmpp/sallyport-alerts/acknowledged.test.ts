/** What an acknowledgement has on the wire, byte for byte, and what is understood of it. */
import { describe, expect, it } from 'vitest';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import type { BareJid } from '../../shared/jid.ts';
import { readAction, readActions } from '../rfc6121-message/actions.ts';
import { buildRoomMessage } from '../xep-0045-muc/stanzas.ts';
import { readAcknowledged } from './acknowledged.ts';

const OPS = 'ops@rooms.chat.mil' as BareJid;
const SEEN = (inside: string) => `<acknowledged xmlns='urn:sallyport:alerts:0'>${inside}</acknowledged>`;
const message = (inside: string) => parseStanza(`<message id='x' type='groupchat'>${inside}</message>`);

describe('an acknowledgement', () => {
  it('is a message of the room without a text, which its archive keeps', () => {
    const action = { type: 'acknowledge', ids: ['s1', 's2'] } as const;
    const stanza = buildRoomMessage({
      id: 'm1',
      conversation: OPS,
      body: '',
      action,
    });
    expect(stanza.toString()).toBe(
      `<message xmlns="jabber:client" type="groupchat" to="${OPS}" id="m1">` +
        '<acknowledged xmlns="urn:sallyport:alerts:0"><message id="s1"/><message id="s2"/></acknowledged>' +
        '<store xmlns="urn:xmpp:hints"/><origin-id xmlns="urn:xmpp:sid:0" id="m1"/></message>',
    );
    expect(readAcknowledged(stanza)).toEqual(['s1', 's2']);
  });

  it('is one action for each message, in a room alone, and never the room’s own', () => {
    const both = message(SEEN("<message id='s1'/><message id='s2'/>"));
    expect(readActions(both, false)).toEqual([
      { type: 'acknowledge', id: 's1' },
      { type: 'acknowledge', id: 's2' },
    ]);
    expect(readActions(both, true)).toEqual([]);
    expect(readAction(both, false)).toBeUndefined();
  });

  it.each([
    ['beside a text', `<body>x</body>${SEEN("<message id='s1'/>")}`],
    ['of nothing', SEEN('')],
    ['of something else', SEEN("<message id='s1'/><other id='s2'/>")],
    ['of one message twice', SEEN("<message id='s1'/><message id='s1'/>")],
    ['with an id that is too long', SEEN(`<message id='${'a'.repeat(129)}'/>`)],
    ['of too many', SEEN(Array.from({ length: 33 }, (_, at) => `<message id='s${at}'/>`).join(''))],
  ])('%s it is none', (_how, inside) => {
    expect(readActions(message(inside), false)).toEqual([]);
  });
});
