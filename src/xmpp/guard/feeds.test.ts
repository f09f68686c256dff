/** Feeds (XEP-0060): whom they are asked of, what comes in of them, and what publishers and strangers make of that. */
import { describe, expect, it } from 'vitest';
import { guardPolicy, STRICT_LABELS } from '../../../test/support/guard-policy.ts';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import type { FullJid } from '../../shared/jid.ts';
import type { GuardPolicy } from '../../shared/session-contract.ts';
import { createGuardConfig, type Direction, guard } from './index.ts';

const SERVICE = 'feeds.chat.mil';
const ME = 'alice@chat.mil/desk';
const LABELS = { ...STRICT_LABELS, defaultLabel: 'open' };

function judge(direction: Direction, text: string, changes: Partial<GuardPolicy> = {}): string {
  const feeds = { services: [SERVICE], subscribe: [], publish: true };
  const policy = guardPolicy('chat.mil', ['rooms.chat.mil'], {
    partners: [{ domain: 'partner.gov' }],
    feeds,
    ...changes,
  });
  const verdict = guard(direction, parseStanza(text), createGuardConfig(policy, ME as FullJid));
  if (verdict.action === 'allow') return 'allow';
  if (verdict.action === 'refuse') return `refuse ${verdict.reason}`;
  return `rewrite ${verdict.reason} ${verdict.stanza}`;
}
const OFF = { feeds: undefined } as unknown as Partial<GuardPolicy>;

const iq = (type: string, who: string, payload: string) => `<iq type='${type}' id='1' ${who}>${payload}</iq>`;
const to = (jid = SERVICE) => `to='${jid}'`;
const from = (jid = SERVICE) => `from='${jid}' to='${ME}'`;
const pubsub = (inner: string) => `<pubsub xmlns='http://jabber.org/protocol/pubsub'>${inner}</pubsub>`;
const entry = (inner = '<title>T</title>') => `<entry xmlns='http://www.w3.org/2005/Atom'>${inner}</entry>`;
const marked = (id: string) =>
  `<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking>${id.toUpperCase()}</displaymarking><label><id xmlns='urn:sallyport:label:0'>${id}</id></label></securitylabel>`;
const list = "<query xmlns='http://jabber.org/protocol/disco#items'/>";
const event = (inner: string, who = from(), type = "type='headline'") =>
  `<message ${who} ${type} id='m'><event xmlns='http://jabber.org/protocol/pubsub#event'>${inner}</event></message>`;
const items = (inner: string, node = 'weather') => `<items node='${node}'>${inner}</items>`;
const item = (inner = entry(), id = 'i1') => `<item id='${id}'>${inner}</item>`;
const publish = (inner: string) => iq('set', to(), pubsub(`<publish node='weather'>${inner}</publish>`));

describe('what is asked of a feed service', () => {
  it('is its commands only where the policy has commands', () => {
    const asked = iq('get', to(), list.replace('/>', " node='http://jabber.org/protocol/commands'/>"));
    expect(judge('out', asked, { commands: true })).toBe('allow');
    expect(judge('out', asked)).toBe('refuse payload');
  });

  it.each([
    ['its nodes', iq('get', to(), list), 'allow'],
    [
      'a node’s description',
      iq('get', to(), "<query xmlns='http://jabber.org/protocol/disco#info' node='weather'/>"),
      'allow',
    ],
    ['items', iq('get', to(), pubsub("<items node='weather' max_items='20'/>")), 'allow'],
    ['subscriptions', iq('get', to(), pubsub('<subscriptions/>')), 'allow'],
    ['a subscription', iq('set', to(), pubsub("<subscribe node='weather' jid='alice@chat.mil'/>")), 'allow'],
    ['its end', iq('set', to(), pubsub("<unsubscribe node='weather' jid='alice@chat.mil'/>")), 'allow'],
    [
      'a subscription of somebody else',
      iq('set', to(), pubsub("<subscribe node='weather' jid='bob@chat.mil'/>")),
      'refuse feed',
    ],
    [
      'a subscription of one computer',
      iq('set', to(), pubsub(`<subscribe node='weather' jid='${ME}'/>`)),
      'refuse feed',
    ],
    [
      'a subscription without an address',
      iq('set', to(), pubsub("<subscribe node='weather'/>")),
      'refuse feed',
    ],
    [
      'a node without end',
      iq('set', to(), pubsub(`<subscribe node='${'n'.repeat(257)}' jid='alice@chat.mil'/>`)),
      'refuse payload',
    ],
    [
      'two wishes',
      iq(
        'set',
        to(),
        pubsub("<subscribe node='a' jid='alice@chat.mil'/><subscribe node='b' jid='alice@chat.mil'/>"),
      ),
      'refuse payload',
    ],
    ['a new node', iq('set', to(), pubsub("<create node='mine'/>")), 'refuse forbidden-namespace'],
    [
      'a configuration',
      iq(
        'get',
        to(),
        "<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'><configure node='weather'/></pubsub>",
      ),
      'refuse forbidden-namespace',
    ],
    ['the service of nobody', iq('get', to('feeds.evil.example'), list), 'refuse domain'],
    [
      'items of a person',
      iq('get', to('bob@chat.mil'), pubsub("<items node='weather'/>")),
      'refuse pubsub-sender',
    ],
    [
      'items of a partner',
      iq('get', to('partner.gov'), pubsub("<items node='weather'/>")),
      'refuse pubsub-sender',
    ],
    ['the roster of a service', iq('get', to(), "<query xmlns='jabber:iq:roster'/>"), 'refuse payload'],
    [
      'a message to a service',
      `<message ${to()} type='chat' id='1'><body>x</body></message>`,
      'refuse domain',
    ],
    ['presence to a service', `<presence ${to()}/>`, 'refuse domain'],
  ])('%s', (_what, text, expected) => expect(judge('out', text)).toBe(expected));
});

describe('what comes of one', () => {
  const answer = (inner: string, who = from()) => iq('result', who, pubsub(inner));
  it.each([
    ['items', answer(items(item())), 'allow'],
    [
      'a form',
      answer(
        items(
          item(
            "<x xmlns='jabber:x:data' type='result'><field var='a' label='A'><value>b</value></field></x>",
          ),
        ),
      ),
      'allow',
    ],
    [
      'subscriptions',
      answer(
        "<subscriptions><subscription node='weather' jid='alice@chat.mil' subscription='subscribed'/></subscriptions>",
      ),
      'allow',
    ],
    ['an event', event(items(item())), 'allow'],
    ['an ordinary message with an event', event(items(item()), from(), ''), 'allow'],
    ['a retraction', event(items("<retract id='i1'/>")), 'allow'],
    ['a purge', event("<purge node='weather'/>"), 'allow'],
    ['a deletion', event("<delete node='weather'/>"), 'allow'],
    ['items of a person', answer(items(item()), from('bob@chat.mil')), 'refuse pubsub-sender'],
    ['items of a partner', answer(items(item()), from('partner.gov')), 'refuse pubsub-sender'],
    ['items of a stranger', answer(items(item()), from('evil.example')), 'refuse domain'],
    ['an event of a person', event(items(item()), from('bob@chat.mil/x')), 'refuse forbidden-namespace'],
    ['an event of a room', event(items(item()), from('ops@rooms.chat.mil')), 'refuse forbidden-namespace'],
    ['an event of the own server', event(items(item()), from('chat.mil')), 'refuse forbidden-namespace'],
    ['an event that calls itself talk', event(items(item()), from(), "type='chat'"), 'refuse domain'],
    ['two changes', event(`<purge node='a'/>${items(item())}`), 'refuse domain'],
    ['an event without a node', event('<purge/>'), 'refuse domain'],
    ['talk of a service', `<message ${from()} id='1'><body>Click here</body></message>`, 'refuse domain'],
    [
      'an invitation of a service',
      `<message ${from()}><x xmlns='jabber:x:conference' jid='ops@rooms.chat.mil'/></message>`,
      'refuse domain',
    ],
    ['presence of a service', `<presence ${from()}/>`, 'refuse domain'],
    [
      'a roster push of a service',
      iq('set', from(), "<query xmlns='jabber:iq:roster'/>"),
      'refuse roster-sender',
    ],
    [
      'a service that runs commands here',
      iq('set', from(), "<command xmlns='http://jabber.org/protocol/commands' node='x'/>"),
      'refuse forbidden-namespace',
    ],
  ])('%s', (_what, text, expected) => expect(judge('in', text)).toBe(expected));

  it.each([
    ['another kind of content', "<thing xmlns='urn:other'><a>1</a></thing>"],
    ['a call', "<jingle xmlns='urn:xmpp:jingle:1'/>"],
    ['a picture', "<data xmlns='urn:xmpp:bob'>x</data>"],
    ['a form to be filled in', "<x xmlns='jabber:x:data' type='form'><field var='pin'/></x>"],
  ])('%s is taken out, and its item is there without it', (_what, payload) => {
    expect(judge('in', answer(items(item(payload) + item(entry(), 'i2'))))).toBe(
      `rewrite payload ${parseStanza(answer(items(item('') + item(entry(), 'i2'))))}`,
    );
    expect(judge('in', event(items(item(payload))))).toBe(
      `rewrite payload ${parseStanza(event(items(item(''))))}`,
    );
  });

  it('markup, sources and pictures of an entry are taken out, its texts stay', () => {
    const kept = "<title type='text'>T</title><link href='https://a.example/1'/>";
    const strange = `${kept}<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><script>x</script></div></content><logo>http://evil.example/x.png</logo>`;
    expect(judge('in', event(items(item(entry(strange)))))).toBe(
      `rewrite payload ${parseStanza(event(items(item(entry(`${kept}<content type='xhtml'/>`)))))}`,
    );
  });

  it('a text beside an event, and what is too long, is not there', () => {
    const talk = event(items(item())).replace('</message>', '<body>Click here</body></message>');
    expect(judge('in', talk)).toBe(`rewrite payload ${parseStanza(event(items(item())))}`);
    expect(judge('in', event(items(item(entry(), 'i'.repeat(257)) + item())))).toBe(
      `rewrite payload ${parseStanza(event(items(item())))}`,
    );
    expect(judge('in', event(items(item(entry(`<content>${'x'.repeat(8193)}</content>`)))))).toBe(
      `rewrite payload ${parseStanza(event(items(item(entry('')))))}`,
    );
  });

  it('what is above the highest label is not there, wherever its label stands; nor what has two', () => {
    const secret = [
      item(marked('secret') + entry(), 'beside'),
      item(entry(`<title>T</title>${marked('secret')}`), 'inside'),
      item(marked('open') + entry(marked('secret')), 'both'),
      item(entry(marked('unknown')), 'unknown'),
    ].join('');
    const readable = item(entry(marked('open')), 'i1') + item(entry(), 'i2');
    const labels = { labels: LABELS };
    expect(judge('in', answer(items(secret + readable)), labels)).toBe(
      `rewrite label ${parseStanza(answer(items(readable)))}`,
    );
    expect(judge('in', event(items(secret)), labels)).toBe(`rewrite label ${parseStanza(event(items('')))}`);
    expect(judge('in', answer(items(readable)), labels)).toBe('allow');
  });

  it('an error is cut down to its condition', () => {
    const error = `<iq type='error' id='1' ${from()}>${pubsub("<items node='weather'/>")}<error type='auth'><forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>`;
    expect(judge('in', error)).toMatch(/^rewrite payload .*<forbidden/);
    expect(judge('in', error)).not.toContain('pubsub');
  });
});

describe('/feeds/services', () => {
  it.each([
    ['out', iq('get', to(), list)],
    ['out', iq('set', to(), pubsub("<subscribe node='weather' jid='alice@chat.mil'/>"))],
    ['in', event(items(item()))],
    ['in', iq('result', from(), pubsub(items(item())))],
  ] as const)('none: nothing of feeds, %s', (direction, text) => {
    expect(judge(direction, text, OFF)).toBe('refuse domain');
  });
});

describe('/feeds/publish', () => {
  it('true: one entry an item, one item at a time, and nothing of another kind', () => {
    expect(judge('out', publish(item()))).toBe('allow');
    expect(judge('out', publish(item() + item()))).toBe('refuse payload');
    expect(judge('out', publish(''))).toBe('refuse payload');
    expect(judge('out', publish(item('')))).toBe('refuse payload');
    expect(judge('out', publish(item("<geoloc xmlns='http://jabber.org/protocol/geoloc'/>")))).toBe(
      'refuse forbidden-namespace',
    );
  });

  it('true: one item at a time is taken back, by its id alone', () => {
    const retract = (inner: string) =>
      iq('set', to(), pubsub(`<retract node='weather' notify='true'>${inner}</retract>`));
    expect(judge('out', retract("<item id='i1'/>"))).toBe('allow');
    expect(judge('out', retract(''))).toBe('refuse payload');
    expect(judge('out', retract("<item id='i1'/><item id='i2'/>"))).toBe('refuse payload');
    expect(judge('out', retract(item()))).toBe('refuse payload');
    const feeds = { services: [SERVICE], subscribe: [], publish: false };
    expect(judge('out', retract("<item id='i1'/>"), { feeds })).toBe('refuse forbidden-namespace');
  });

  it('false: nothing is published', () => {
    const feeds = { services: [SERVICE], subscribe: [], publish: false };
    expect(judge('out', publish(item()), { feeds })).toBe('refuse forbidden-namespace');
  });

  it('what is published has a label where one is required, and none above the highest', () => {
    const labels = { labels: LABELS };
    expect(judge('out', publish(item()), labels)).toBe('refuse label-required');
    expect(judge('out', publish(item(entry(marked('open')))), labels)).toBe('allow');
    expect(judge('out', publish(item(entry(marked('secret')))), labels)).toBe('refuse label');
    expect(judge('out', publish(item(entry(marked('made-up')))), labels)).toBe('refuse label');
    expect(judge('out', publish(item(entry(marked('open') + marked('open')))), labels)).toBe('refuse label');
  });
});
