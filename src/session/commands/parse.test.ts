import { describe, expect, it } from 'vitest';
import { MAX_BODY_LENGTH } from '../../shared/chat-model.ts';
import { FILE_PART_BYTES } from '../../shared/file-contract.ts';
import { parseWindowMessage } from './parse.ts';

const bob = 'bob@chat.example.mil';
const send = { type: 'send-message', conversation: bob, kind: 'contact', body: 'hello' };
const offer = {
  type: 'offer-file',
  conversation: bob,
  kind: 'contact',
  name: 'report.pdf',
  mediaType: 'application/pdf',
  size: 12,
  origin: 'choose',
};
const contact = { type: 'put-contact', contact: bob, name: 'Bob', groups: ['J2'], ask: true };
const words = { type: 'set-watchwords', words: [], severity: 'info', sound: 'none', repeat: false };
const tile = { jid: bob, kind: 'contact' };
const template = { type: 'send-template', conversation: bob, kind: 'room', template: 't', answers: [] };
const feed = { service: 'feeds.chat.example.mil', node: 'weather' };
const command = (value: unknown, id: unknown = 1) => ({ kind: 'command', id, command: value });

describe('parseWindowMessage', () => {
  const accepted = [
    [send],
    [{ ...send, label: 'secret' }],
    [{ ...offer, label: 'secret' }],
    [{ type: 'retry-message', conversation: bob, id: 'abc' }],
    [{ type: 'load-messages', conversation: bob, limit: 50 }],
    [{ type: 'load-messages', conversation: bob, limit: 50, before: 'abc' }],
    [{ type: 'fill-gap', conversation: bob, message: 'abc' }],
    [{ type: 'mark-read', conversation: bob }],
    [{ type: 'join-room', room: 'ops@conference.chat.example.mil' }],
    [{ type: 'leave-room', room: 'ops@conference.chat.example.mil' }],
    [{ type: 'set-subject', room: 'ops@conference.chat.example.mil', subject: '' }],
    [{ type: 'set-presence', availability: 'dnd', status: 'on watch' }],
    [{ type: 'reconnect-now' }],
    [offer],
    [{ ...offer, name: 'a\u0000b', mediaType: '', size: 0 }],
    [{ type: 'put-file-part', transfer: 't', data: new Uint8Array(FILE_PART_BYTES) }],
    [{ type: 'fail-file', transfer: 't' }],
    [{ type: 'cancel-transfer', transfer: 't' }],
    [{ type: 'save-file', conversation: bob, message: 'm' }],
    [{ type: 'list-rooms', service: 'rooms.chat.example.mil', after: 'x' }],
    [{ type: 'describe-rooms', rooms: [bob] }],
    [{ type: 'configure-room', room: bob, answers: [{ name: 'a', values: ['b', ''] }] }],
    [{ type: 'destroy-room', room: bob, reason: '' }],
    [{ type: 'invite-to-room', room: bob, person: bob, reason: 'r' }],
    [{ type: 'answer-invitation', room: bob, accept: false }],
    [{ type: 'set-role', room: bob, nick: 'n', role: 'none', reason: '' }],
    [{ type: 'set-affiliation', room: bob, person: bob, affiliation: 'outcast', reason: '' }],
    [{ type: 'list-affiliated', room: bob, affiliation: 'member' }],
    [{ type: 'keep-room', room: bob, autojoin: true }],
    [{ type: 'forget-room', room: bob }],
    [{ type: 'list-adhoc', service: 'chat.example.mil' }],
    [{ type: 'start-adhoc', service: bob, node: 'uptime' }],
    [{ type: 'step-adhoc', run: 'r', step: 'next', answers: [{ name: 'a', values: ['b'] }] }],
    [{ type: 'cancel-adhoc', run: 'r' }],
    [{ type: 'list-feeds', service: feed.service, after: 'x' }],
    [{ type: 'describe-feeds', feeds: [feed] }],
    [{ type: 'subscribe-feed', feed }],
    [{ type: 'unsubscribe-feed', feed }],
    [{ type: 'open-feed', feed }],
    [{ type: 'close-feed' }],
    [{ type: 'read-feed', feed }],
    [{ type: 'retract-notice', feed, item: 'w1' }],
    [{ type: 'publish-notice', feed, title: 'Flood', text: 'a\nb', label: 'secret' }],
    [{ type: 'put-contact', contact: bob, name: '', groups: [], ask: false }],
    [{ type: 'put-contact', contact: bob, name: 'Bob', groups: ['J2', 'J3'], ask: true }],
    [{ type: 'remove-contact', contact: bob }],
    [{ type: 'answer-contact', contact: bob, accept: true }],
    [{ type: 'block-contact', contact: bob }],
    [{ type: 'unblock-contact', address: 'spam.example' }],
    [{ type: 'set-notify-level', conversation: bob, level: 'none' }],
    [
      {
        type: 'set-watchwords',
        words: ['convoy', 'missile*'],
        severity: 'info',
        sound: 'none',
        repeat: true,
      },
    ],
    [{ type: 'set-watchwords', words: [], severity: 'critical', sound: 'urgent', repeat: false }],
    [{ type: 'acknowledge-alerts', alerts: ['["a"]'] }],
    [{ type: 'save-layout', name: 'Night watch', tiles: [{ jid: bob, kind: 'contact' }] }],
    [{ type: 'delete-layout', name: 'Night watch' }],
    [{ type: 'attend', conversations: [] }],
    [{ type: 'attend', conversations: [bob] }],
    [{ type: 'search-directory', search: { name: 'Bob', title: '', unit: 'J2' } }],
    [{ type: 'load-profile', person: bob }],
    [{ type: 'tell-position', position: { latitude: 38.9, longitude: -77, description: 'Gate 2' } }],
    [{ type: 'tell-position' }],
    [{ type: 'tell-activity', activity: { general: 'working', text: '' } }],
    [{ type: 'tell-activity' }],
    [
      {
        type: 'send-template',
        conversation: bob,
        kind: 'contact',
        template: 'salute',
        answers: [{ name: 'size', values: ['six', ''] }],
        label: 'secret',
      },
    ],
  ];
  // The type names the case: the values of some are as long as may be.
  it.each(accepted.map(([value]) => ({ type: value?.type, value })))('accepts $type (%#)', ({ value }) => {
    expect(parseWindowMessage(command(value))).toEqual(command(value));
  });

  it('accepts an acknowledgement', () => {
    expect(parseWindowMessage({ kind: 'ack', count: 1 })).toEqual({ kind: 'ack', count: 1 });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an array', [command(send)]],
    ['a string', 'send'],
    ['another kind', { kind: 'events', events: [] }],
    ['a class instance', Object.assign(new (class Trick {})(), command(send))],
    ['an acknowledgement of nothing', { kind: 'ack', count: 0 }],
    ['an endless acknowledgement', { kind: 'ack', count: 1e9 }],
    ['an unknown command', command({ type: 'eval', code: '1' })],
    ['a command named like an object method', command({ type: 'constructor' })],
    ['a command named __proto__', command(JSON.parse('{"type":"__proto__"}'))],
    ['a fractional id', command(send, 1.5)],
    ['a negative id', command(send, -1)],
    ['an extra key', command({ ...send, to: 'x' })],
    [
      'an own __proto__ key',
      command(JSON.parse(`{"type":"mark-read","conversation":"${bob}","__proto__":{}}`)),
    ],
    ['a feed of a person', command({ type: 'open-feed', feed: { service: bob, node: 'weather' } })],
    ['a feed without a node', command({ type: 'open-feed', feed: { ...feed, node: '' } })],
    ['a feed with more', command({ type: 'open-feed', feed: { ...feed, jid: bob } })],
    ['a notice without a title', command({ type: 'publish-notice', feed, title: '', text: 'x' })],
    ['a notice of two titles', command({ type: 'publish-notice', feed, title: 'a\nb', text: 'x' })],
    ['too many feeds', command({ type: 'describe-feeds', feeds: Array(21).fill(feed) })],
    ['commands of an occupant', command({ type: 'list-adhoc', service: `${bob}/phone` })],
    ['commands of nobody', command({ type: 'list-adhoc', service: '' })],
    ['a step that is none', command({ type: 'step-adhoc', run: 'r', step: 'cancel', answers: [] })],
    ['a command without a node', command({ type: 'start-adhoc', service: bob, node: '' })],
    ['a full address as conversation', command({ ...send, conversation: `${bob}/phone` })],
    ['a domain as conversation', command({ ...send, conversation: 'chat.example.mil' })],
    ['an address in capitals', command({ ...send, conversation: 'BOB@chat.example.mil' })],
    ['an address that is none', command({ ...send, conversation: 'a b@c' })],
    ['an empty body', command({ ...send, body: '' })],
    ['a body that is too long', command({ ...send, body: 'x'.repeat(MAX_BODY_LENGTH + 1) })],
    ['a body with a NUL', command({ ...send, body: 'a\u0000b' })],
    ['a body with half a surrogate pair', command({ ...send, body: 'a\ud83d' })],
    ['a body that is an object', command({ ...send, body: { toString: () => 'x' } })],
    ['a label without a name', command({ ...send, label: '' })],
    ['a label without end', command({ ...send, label: 'x'.repeat(65) })],
    ['a label that is an object', command({ ...send, label: { id: 'secret' } })],
    ['a label with a NUL', command({ ...offer, label: 'a\u0000' })],
    ['an unknown kind of conversation', command({ ...send, kind: 'transport' })],
    ['a page of everything', command({ type: 'load-messages', conversation: bob, limit: 1e6 })],
    ['a file of a negative size', command({ ...offer, size: -1 })],
    ['a file of no size', command({ ...offer, size: Number.NaN })],
    ['a file by another way', command({ ...offer, origin: 'download' })],
    ['a file with a path beside it', command({ ...offer, path: '/etc/passwd' })],
    ['a file name without end', command({ ...offer, name: 'x'.repeat(5000) })],
    ['a part without bytes', command({ type: 'put-file-part', transfer: 't', data: new Uint8Array() })],
    ['a part that is a text', command({ type: 'put-file-part', transfer: 't', data: 'abc' })],
    [
      'a part that is too large',
      command({ type: 'put-file-part', transfer: 't', data: new Uint8Array(70_000) }),
    ],
    [
      'a small view of a large buffer',
      command({ type: 'put-file-part', transfer: 't', data: new Uint8Array(1e6).subarray(0, 10) }),
    ],
    ['a file to save by its address', command({ type: 'save-file', url: 'https://evil.example/' })],
    ['a contact that is a server', command({ type: 'remove-contact', contact: 'chat.example.mil' })],
    ['a contact with a name of two lines', command({ ...contact, name: 'a\nb' })],
    ['a contact with a group without a name', command({ ...contact, groups: [''] })],
    ['a contact with groups without end', command({ ...contact, groups: Array(17).fill('g') })],
    ['a contact whose groups are a text', command({ ...contact, groups: 'g' })],
    ['a contact with a subscription of its own', command({ ...contact, subscription: 'both' })],
    ['an answer that is no answer', command({ type: 'answer-contact', contact: bob, accept: 'yes' })],
    ['a search without a unit', command({ type: 'search-directory', search: { name: 'Bob', title: '' } })],
    [
      'a search without end',
      command({ type: 'search-directory', search: { name: 'x'.repeat(65), title: '', unit: '' } }),
    ],
    [
      'a search of more',
      command({ type: 'search-directory', search: { name: 'Bob', title: '', unit: '', filter: '*' } }),
    ],
    ['a profile of a server', command({ type: 'load-profile', person: 'chat.example.mil' })],
    ['a template with a form of its own', command({ ...template, form: {} })],
    ['a template without answers', command({ ...template, answers: 'none' })],
    [
      'a template with an answer of two lines',
      command({ ...template, answers: [{ name: 'a', values: ['b\nc'] }] }),
    ],
    [
      'a template with lines without end',
      command({ ...template, answers: [{ name: 'a', values: Array(41).fill('x') }] }),
    ],
    [
      'a template with answers without end',
      command({ ...template, answers: Array(65).fill({ name: 'a', values: [] }) }),
    ],
    [
      'a template with a typed answer',
      command({ ...template, answers: [{ name: 'a', values: [], type: 'hidden' }] }),
    ],
    [
      'a position beyond the pole',
      command({ type: 'tell-position', position: { latitude: 91, longitude: 0, description: '' } }),
    ],
    [
      'a position of words',
      command({ type: 'tell-position', position: { latitude: '38', longitude: 0, description: '' } }),
    ],
    [
      'a position of no number',
      command({ type: 'tell-position', position: { latitude: Number.NaN, longitude: 0, description: '' } }),
    ],
    [
      'a position with a time of its own',
      command({ type: 'tell-position', position: { latitude: 1, longitude: 0, description: '', at: 5 } }),
    ],
    [
      'an activity that is none',
      command({ type: 'tell-activity', activity: { general: 'sleeping', text: '' } }),
    ],
    ['an empty address to let in', command({ type: 'unblock-contact', address: '' })],
    ['a level that is none', command({ type: 'set-notify-level', conversation: bob, level: 'loud' })],
    ['a watchword of signs', command({ ...words, words: ['**'] })],
    ['a watchword twice', command({ ...words, words: ['a', 'a'] })],
    ['watchwords without end', command({ ...words, words: Array.from({ length: 501 }, (_, n) => `w${n}`) })],
    ['a severity of no kind', command({ ...words, severity: 'fatal' })],
    ['a sound that is a file', command({ ...words, sound: 'file:///etc/passwd' })],
    ['alerts without end', command({ type: 'acknowledge-alerts', alerts: Array(1001).fill('a') })],
    ['a layout of nothing', command({ type: 'save-layout', name: 'a', tiles: [] })],
    ['a layout with one twice', command({ type: 'save-layout', name: 'a', tiles: [tile, tile] })],
    ['a layout of thirteen', command({ type: 'save-layout', name: 'a', tiles: Array(13).fill(tile) })],
    ['a layout without a name', command({ type: 'save-layout', name: ' ', tiles: [tile] })],
    ['a layout name of two lines', command({ type: 'delete-layout', name: 'a\nb' })],
    ['a look at thirteen', command({ type: 'attend', conversations: Array(13).fill(bob) })],
    ['a look at a server', command({ type: 'attend', conversations: ['chat.example.mil'] })],
    ['rooms without end', command({ type: 'describe-rooms', rooms: Array.from({ length: 21 }, () => bob) })],
    ['a room that is an object', command({ type: 'describe-rooms', rooms: [{}] })],
    ['a role that is none', command({ type: 'set-role', room: bob, nick: 'n', role: 'king', reason: '' })],
    [
      'an affiliation named like an object method',
      command({ type: 'list-affiliated', room: bob, affiliation: 'constructor' }),
    ],
    ['a reason without end', command({ type: 'destroy-room', room: bob, reason: 'x'.repeat(300) })],
    [
      'an answer with more in it',
      command({ type: 'configure-room', room: bob, answers: [{ name: 'a', values: [], x: 1 }] }),
    ],
    [
      'an answer of another kind',
      command({ type: 'configure-room', room: bob, answers: [{ name: 'a', values: [1] }] }),
    ],
    ['an invitation accepted somehow', command({ type: 'answer-invitation', room: bob, accept: 'yes' })],
    ['offline as a presence', command({ type: 'set-presence', availability: 'offline', status: '' })],
  ])('refuses %s', (_name, value) => {
    expect(parseWindowMessage(value)).toBeUndefined();
  });
});
