/** What people publish themselves (XEP-0277, XEP-0163): whom it is asked of, what comes in of it, and what strangers make of that. */
import { describe, expect, it } from 'vitest';
import { guardPolicy, STRICT_LABELS } from '../../../test/support/guard-policy.ts';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import type { FullJid } from '../../shared/jid.ts';
import type { GuardPolicy } from '../../shared/session-contract.ts';
import { createGuardConfig, type Direction, guard } from './index.ts';

const ME = 'alice@chat.mil/desk';
const BOB = 'bob@chat.mil';
const NODE = 'urn:xmpp:microblog:0';
const LABELS = { ...STRICT_LABELS, defaultLabel: 'open' };
const ON: NonNullable<GuardPolicy['feeds']> = { services: [], subscribe: [], publish: false, people: true };
const ALONE: NonNullable<GuardPolicy['feeds']> = {
  services: ['feeds.chat.mil'],
  subscribe: [],
  publish: true,
};

/** Bob is a contact whose presence is seen; so is somebody of the partner's. */
function judge(direction: Direction, text: string, changes: Partial<GuardPolicy> = {}): string {
  const policy = guardPolicy('chat.mil', ['rooms.chat.mil'], {
    partners: [{ domain: 'partner.gov' }],
    feeds: ON,
    ...changes,
  });
  const sees = (bare: string) => bare === BOB || bare === 'eve@partner.gov';
  const config = createGuardConfig(policy, ME as FullJid, () => false, sees);
  const verdict = guard(direction, parseStanza(text), config);
  if (verdict.action === 'allow') return 'allow';
  if (verdict.action === 'refuse') return `refuse ${verdict.reason}`;
  return `rewrite ${verdict.reason} ${verdict.stanza}`;
}

const iq = (type: string, who: string, payload: string) => `<iq type='${type}' id='1' ${who}>${payload}</iq>`;
const pubsub = (inner: string) => `<pubsub xmlns='http://jabber.org/protocol/pubsub'>${inner}</pubsub>`;
const entry = (inner = '<title>T</title>') => `<entry xmlns='http://www.w3.org/2005/Atom'>${inner}</entry>`;
const item = (inner = entry()) => `<item id='i1'>${inner}</item>`;
const marked = (id: string) =>
  `<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking>${id.toUpperCase()}</displaymarking><label><id xmlns='urn:sallyport:label:0'>${id}</id></label></securitylabel>`;
const options = (model = 'presence') =>
  `<publish-options><x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field><field var='pubsub#access_model'><value>${model}</value></field></x></publish-options>`;
const ask = (inner: string, to = ` to='${BOB}'`, type = 'set') => iq(type, to, pubsub(inner));
const publish = (inner = item(), rest = options(), to = '') =>
  ask(`<publish node='${NODE}'>${inner}</publish>${rest}`, to);
const wish = (name: string, jid = 'alice@chat.mil', node = NODE) => `<${name} node='${node}' jid='${jid}'/>`;

describe('what is asked of people', () => {
  it.each([
    ['their items', ask(`<items node='${NODE}' max_items='20'/>`, undefined, 'get'), 'allow'],
    ['the own items', ask(`<items node='${NODE}' max_items='20'/>`, '', 'get'), 'allow'],
    ['a subscription', ask(wish('subscribe')), 'allow'],
    ['its end', ask(wish('unsubscribe')), 'allow'],
    ['a subscription of somebody else', ask(wish('subscribe', BOB)), 'refuse feed'],
    ['a subscription of one computer', ask(wish('subscribe', ME)), 'refuse feed'],
    ['one at the own account', ask(wish('subscribe'), ''), 'refuse feed'],
    ['another node', ask(wish('subscribe', undefined, 'urn:example:notes')), 'refuse forbidden-namespace'],
    [
      'another node’s items',
      ask("<items node='urn:xmpp:bookmarks:1'/>", undefined, 'get'),
      'refuse pubsub-sender',
    ],
    ['two wishes', ask(wish('subscribe') + wish('unsubscribe')), 'refuse payload'],
    ['one of a partner', ask(wish('subscribe'), " to='eve@partner.gov'"), 'refuse forbidden-namespace'],
    ['one of a stranger', ask(wish('subscribe'), " to='eve@evil.example'"), 'refuse domain'],
    ['one of a computer', ask(wish('subscribe'), ` to='${BOB}/desk'`), 'refuse forbidden-namespace'],
    ['one of the server', ask(wish('subscribe'), " to='chat.mil'"), 'refuse forbidden-namespace'],
    ['one of a room', ask(wish('subscribe'), " to='ops@rooms.chat.mil'"), 'refuse forbidden-namespace'],
  ])('%s', (_, text, verdict) => {
    expect(judge('out', text)).toBe(verdict);
  });
});

describe('what is published', () => {
  it.each([
    ['an entry, for who sees the presence', publish(), 'allow'],
    ['for everybody', publish(item(), options('open')), 'refuse payload'],
    ['with no word on who may read it', publish(item(), ''), 'refuse payload'],
    ['something else', publish(item("<note xmlns='urn:example:notes'>x</note>")), 'refuse payload'],
    ['two items', publish(item() + item()), 'refuse payload'],
    ['at somebody else’s', publish(item(), options(), ` to='${BOB}'`), 'refuse feed'],
    ['taken back', ask(`<retract node='${NODE}' notify='true'><item id='i1'/></retract>`, ''), 'allow'],
    [
      'taken back at somebody else’s',
      ask(`<retract node='${NODE}'><item id='i1'/></retract>`),
      'refuse feed',
    ],
  ])('%s', (_, text, verdict) => {
    expect(judge('out', text)).toBe(verdict);
  });

  it('is labelled as a message would be', () => {
    const labels = { labels: LABELS };
    expect(judge('out', publish(), labels)).toBe('refuse label-required');
    expect(judge('out', publish(item(entry(`<title>T</title>${marked('open')}`))), labels)).toBe('allow');
    expect(judge('out', publish(item(entry(`<title>T</title>${marked('secret')}`))), labels)).toBe(
      'refuse label',
    );
  });
});

describe('what partners may see too', () => {
  it('is nothing above the ceiling of the least of them', () => {
    const labels = { ...LABELS, maximumLabel: 'secret', required: false };
    const partners = [{ domain: 'ally.gov' }, { domain: 'partner.gov', maximumLabel: 'open' }];
    const said = (id: string, all: typeof partners) =>
      judge('out', publish(item(entry(`<title>T</title>${marked(id)}`))), { labels, partners: all });
    expect(said('secret', partners)).toBe('refuse label');
    expect(said('open', partners)).toBe('allow');
    expect(said('secret', partners.slice(0, 1))).toBe('allow');
  });
});

const event = (inner: string, from: string, rest = "type='headline'") =>
  `<message from='${from}' to='${ME}' id='m' ${rest}><event xmlns='http://jabber.org/protocol/pubsub#event'>${inner}</event></message>`;
const news = (node = NODE) => `<items node='${node}'>${item()}</items>`;

describe('what comes in', () => {
  it.each([
    ['a contact’s', event(news(), BOB), 'allow'],
    ['the own', event(news(), 'alice@chat.mil'), 'allow'],
    ['a retraction', event(`<items node='${NODE}'><retract id='i1'/></items>`, BOB), 'allow'],
    ['of a computer', event(news(), `${BOB}/desk`), 'refuse forbidden-namespace'],
    ['of one whose presence is not seen', event(news(), 'carol@chat.mil'), 'refuse forbidden-namespace'],
    ['of a partner', event(news(), 'eve@partner.gov'), 'refuse forbidden-namespace'],
    ['of a room', event(news(), 'ops@rooms.chat.mil'), 'refuse forbidden-namespace'],
    ['in a room', event(news(), 'ops@rooms.chat.mil/bob', "type='groupchat'"), 'refuse forbidden-namespace'],
    ['another node', event(news('urn:example:notes'), BOB), 'refuse forbidden-namespace'],
    ['as a chat', event(news(), BOB, "type='chat'"), 'refuse forbidden-namespace'],
    ['two changes', event(news() + news('urn:xmpp:bookmarks:1'), BOB), 'refuse forbidden-namespace'],
  ])('%s', (_, text, verdict) => {
    expect(judge('in', text)).toBe(verdict);
  });

  it('is words: what else is in it is taken out, and what is above the highest label', () => {
    const html = item(
      entry("<title>T</title><content><script xmlns='http://www.w3.org/1999/xhtml'/></content>"),
    );
    expect(judge('in', event(`<items node='${NODE}'>${html}</items>`, BOB))).not.toContain('script');
    const beside = event(news(), BOB).replace('</message>', '<body>psst</body></message>');
    expect(judge('in', beside)).not.toContain('psst');
    const secret = item(entry(`<title>T</title>${marked('secret')}`));
    const hidden = judge('in', event(`<items node='${NODE}'>${secret}</items>`, BOB), { labels: LABELS });
    expect(hidden).toContain('rewrite label');
    expect(hidden).not.toContain('<title>');
  });

  it('answers come from people, about that node alone', () => {
    const answer = (inner: string, from = BOB) => iq('result', `from='${from}' to='${ME}'`, pubsub(inner));
    const items = `<items node='${NODE}'>${item()}</items>`;
    expect(judge('in', answer(items))).toBe('allow');
    expect(judge('in', answer(items, 'alice@chat.mil'))).toBe('allow');
    expect(
      judge('in', answer(`<subscription node='${NODE}' jid='alice@chat.mil' subscription='subscribed'/>`)),
    ).toBe('allow');
    const page = `<set xmlns='http://jabber.org/protocol/rsm'><count>1</count></set>${items}`;
    expect(judge('in', answer(page))).toContain('<title>');
    expect(judge('in', answer(items, 'eve@partner.gov'))).toBe('refuse pubsub-sender');
    expect(judge('in', answer(items, 'ops@rooms.chat.mil'))).toBe('refuse pubsub-sender');
    expect(judge('in', answer("<items node='urn:example:notes'/>"))).toBe('refuse pubsub-sender');
    const smuggled = `${items}<items node='urn:xmpp:bookmarks:1'><item id='x'/></items>`;
    expect(judge('in', answer(smuggled))).not.toContain('bookmarks');
  });
});

describe('/feeds/people', () => {
  it('without it nobody is asked, nothing is published, and nothing comes in', () => {
    for (const feeds of [ALONE, undefined]) {
      const off = { feeds } as Partial<GuardPolicy>;
      expect(judge('out', ask(wish('subscribe')), off)).toBe('refuse forbidden-namespace');
      expect(judge('out', ask(`<items node='${NODE}'/>`, undefined, 'get'), off)).toBe(
        'refuse pubsub-sender',
      );
      expect(judge('out', publish(), off)).toMatch(/^refuse /);
      expect(judge('in', event(news(), BOB), off)).toBe('refuse forbidden-namespace');
      const answer = iq(
        'result',
        `from='${BOB}' to='${ME}'`,
        pubsub(`<items node='${NODE}'>${item()}</items>`),
      );
      expect(judge('in', answer, off)).toBe('refuse pubsub-sender');
    }
  });
});
