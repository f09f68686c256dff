/** What is asked of rooms, what the own account keeps, and what attackers make of both. */
import { describe, expect, it } from 'vitest';
import { guardPolicy } from '../../../test/support/guard-policy.ts';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import type { FullJid } from '../../shared/jid.ts';
import { createGuardConfig, type Direction, guard } from './index.ts';

const SERVICE = 'rooms.chat.mil';
const ROOM = `ops@${SERVICE}`;
const base = guardPolicy('chat.mil', [SERVICE], { partners: [{ domain: 'partner.gov' }] });

function judge(direction: Direction, text: string, create = true): string {
  const config = createGuardConfig(
    { ...base, rooms: { ...base.rooms, create } },
    'alice@chat.mil/desk' as FullJid,
  );
  const verdict = guard(direction, parseStanza(text), config);
  if (verdict.action === 'allow') return 'allow';
  if (verdict.action === 'refuse') return `refuse ${verdict.reason}`;
  return `rewrite ${verdict.stanza}`;
}

const iq = (type: string, who: string, payload: string) => `<iq type='${type}' id='1' ${who}>${payload}</iq>`;
const to = (jid: string) => `to='${jid}'`;
const from = (jid: string) => `from='${jid}'`;
const items = "<query xmlns='http://jabber.org/protocol/disco#items'/>";
const page =
  "<query xmlns='http://jabber.org/protocol/disco#items'><set xmlns='http://jabber.org/protocol/rsm'><max>50</max><after>x</after></set></query>";
const admin = (inner: string) => `<query xmlns='http://jabber.org/protocol/muc#admin'>${inner}</query>`;
const owner = (inner = '') => `<query xmlns='http://jabber.org/protocol/muc#owner'>${inner}</query>`;
const form = (type: string, inner = '') => `<x xmlns='jabber:x:data' type='${type}'>${inner}</x>`;

describe('rooms', () => {
  it.each([
    ['the list of a service', iq('get', to(SERVICE), page), 'allow'],
    ['a list of the own server', iq('get', to('chat.mil'), items), 'refuse payload'],
    ['a list of a person', iq('get', to('bob@chat.mil/x'), items), 'refuse payload'],
    ['a list of a service nobody named', iq('get', to('rooms.evil.example'), items), 'refuse domain'],
    ['the form of a room', iq('get', to(ROOM), owner()), 'allow'],
    ['the form of a person', iq('get', to('bob@chat.mil'), owner()), 'refuse payload'],
    [
      'a filled form',
      iq('set', to(ROOM), owner(form('submit', "<field var='a'><value>b</value></field>"))),
      'allow',
    ],
    [
      'a form that leads somewhere',
      iq(
        'set',
        to(ROOM),
        owner(form('submit', "<field var='a'><value>https://evil.example</value></field>")),
      ),
      'refuse payload',
    ],
    [
      'a destruction with a reason',
      iq('set', to(ROOM), owner('<destroy><reason>over</reason></destroy>')),
      'allow',
    ],
    ['a kick', iq('set', to(ROOM), admin("<item nick='bob' role='none'><reason>x</reason></item>")), 'allow'],
    ['a ban', iq('set', to(ROOM), admin("<item jid='eve@evil.example' affiliation='outcast'/>")), 'allow'],
    [
      'a member of a partner',
      iq('set', to(ROOM), admin("<item jid='p@partner.gov' affiliation='member'/>")),
      'allow',
    ],
    [
      'a member from elsewhere',
      iq('set', to(ROOM), admin("<item jid='eve@evil.example' affiliation='member'/>")),
      'refuse domain',
    ],
    [
      'a member without an address',
      iq('set', to(ROOM), admin("<item affiliation='member'/>")),
      'refuse payload',
    ],
    ['a list of members', iq('get', to(ROOM), admin("<item affiliation='member'/>")), 'allow'],
    [
      'administration of a person',
      iq('set', to('bob@chat.mil'), admin("<item nick='x' role='none'/>")),
      'refuse payload',
    ],
  ])('out: %s', (_what, text, expected) => {
    expect(judge('out', text)).toBe(expected);
  });

  it('without /rooms/create: no configuration, but destruction', () => {
    expect(judge('out', iq('get', to(ROOM), owner()), false)).toBe('refuse room-create');
    expect(judge('out', iq('set', to(ROOM), owner(form('submit'))), false)).toBe('refuse room-create');
    expect(judge('out', iq('set', to(ROOM), owner('<destroy/>')), false)).toBe('allow');
  });

  it('takes answers about rooms from rooms and their services only', () => {
    const list = items.replace('/>', `><item jid='${ROOM}' name='Ops'/></query>`);
    const members = admin("<item affiliation='member' jid='bob@chat.mil'/>");
    for (const answer of [list, members, owner(form('form'))]) {
      expect(judge('in', iq('result', from(SERVICE), answer))).toBe('allow');
      for (const who of [from('bob@chat.mil/x'), from('p@partner.gov'), '']) {
        expect(judge('in', iq('result', who, answer)), `${who} ${answer}`).toBe('refuse payload');
      }
    }
  });

  it('disarms a form: pictures, layouts, rules and addresses to go to are taken out', () => {
    const hostile = form(
      'form',
      "<title>T</title><field var='a' type='list-single'><desc>d</desc><option label='L'><value>v</value></option></field>" +
        "<field var='b'><value>https://evil.example/</value></field>" +
        "<field var='c'><validate xmlns='http://jabber.org/protocol/xdata-validate'/></field>" +
        "<page xmlns='http://jabber.org/protocol/xdata-layout'/>",
    );
    const verdict = judge('in', iq('result', from(ROOM), owner(hostile)));
    expect(verdict).toContain('<title>T</title>');
    expect(verdict).toContain('<option label="L"><value>v</value></option>');
    expect(verdict).toContain('<field var="c"/>');
    expect(verdict).not.toMatch(/evil|validate|layout/);
    const media = "<field var='a'><media xmlns='urn:xmpp:media-element'><uri>cid:x</uri></media></field>";
    expect(judge('in', iq('result', from(ROOM), owner(form('form', media))))).toBe(
      'refuse forbidden-namespace',
    );
  });
});

const BOOKMARKS = 'urn:xmpp:bookmarks:1';
const conference = (inner = '', attrs = "name='Ops' autojoin='true'") =>
  `<conference xmlns='${BOOKMARKS}' ${attrs}>${inner}</conference>`;
const kept = (item: string, node = BOOKMARKS) =>
  `<items node='${node}'><item id='${ROOM}'>${item}</item></items>`;
const event = (who: string, inner: string, type = '') =>
  `<message ${who} ${type}><event xmlns='http://jabber.org/protocol/pubsub#event'>${inner}</event></message>`;
const options = (access: string) =>
  `<publish-options>${form('submit', `<field var='pubsub#access_model'><value>${access}</value></field>`)}</publish-options>`;
const publish = (node: string, item: string, rest: string) =>
  `<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='${node}'><item id='${ROOM}'>${item}</item></publish>${rest}</pubsub>`;

describe('what the own account keeps', () => {
  it.each([
    ['of the own account', from('alice@chat.mil'), 'allow'],
    ['of the own server for it', '', 'allow'],
    ['of another client of the own account', from('alice@chat.mil/phone'), 'refuse pubsub-sender'],
    ['of a contact', from('bob@chat.mil'), 'refuse pubsub-sender'],
    ['of the server itself', from('chat.mil'), 'refuse pubsub-sender'],
    ['of a room', from(ROOM), 'refuse pubsub-sender'],
    ['of a partner', from('p@partner.gov'), 'refuse pubsub-sender'],
    ['of a stranger', from('eve@evil.example'), 'refuse domain'],
  ])('takes bookmarks %s', (_what, who, expected) => {
    expect(judge('in', event(who, kept(conference())))).toBe(expected);
    expect(judge('in', event(who, `<items node='${BOOKMARKS}'><retract id='${ROOM}'/></items>`))).toBe(
      expected,
    );
    expect(judge('in', event(who, `<purge node='${BOOKMARKS}'/>`))).toBe(expected);
  });

  it('keeps out what does not belong there', () => {
    const own = from('alice@chat.mil');
    expect(judge('in', event(own, kept(conference(), 'http://jabber.org/protocol/mood')))).toBe(
      'refuse forbidden-namespace',
    );
    expect(judge('in', event(own, kept(conference()) + kept(conference())))).toBe(
      'refuse forbidden-namespace',
    );
    expect(judge('in', event(own, kept("<geoloc xmlns='http://jabber.org/protocol/geoloc'/>")))).toBe(
      'refuse forbidden-namespace',
    );
    const secret = judge(
      'in',
      event(
        own,
        kept(conference('<nick>a</nick><password>hush</password><extensions><x xmlns="y"/></extensions>')),
      ),
    );
    expect(secret).toContain('<nick>a</nick><password/><extensions/>');
    const forwarded = `<message ${own}><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${event("xmlns='jabber:client' from='alice@chat.mil' to='alice@chat.mil'", kept(conference()))}</forwarded></received></message>`;
    expect(judge('in', forwarded)).toBe('refuse forbidden-namespace');
  });

  it('publishes only for its own eyes, and only at the own account', () => {
    const set = (payload: string, who = '') => judge('out', iq('set', who, payload));
    expect(set(publish(BOOKMARKS, conference(), options('whitelist')))).toBe('allow');
    expect(set(publish(BOOKMARKS, conference(), options('whitelist')), to('alice@chat.mil'))).toBe('allow');
    expect(set(publish(BOOKMARKS, conference(), options('open')))).toBe('refuse payload');
    expect(set(publish(BOOKMARKS, conference(), options('whitelist') + options('open')))).toBe(
      'refuse payload',
    );
    expect(set(publish(BOOKMARKS, conference(), ''))).toBe('refuse payload');
    expect(set(publish('urn:xmpp:avatar:data', '', options('whitelist')))).toBe('refuse payload');
    expect(set(publish(BOOKMARKS, conference(), options('whitelist')), to('bob@chat.mil'))).toBe(
      'refuse pubsub-sender',
    );
    expect(set(publish(BOOKMARKS, conference(), options('whitelist')), to('pubsub.chat.mil'))).toBe(
      'refuse domain',
    );
  });

  it('believes lists of bookmarks of the own account only', () => {
    const list = `<pubsub xmlns='http://jabber.org/protocol/pubsub'>${kept(conference())}</pubsub>`;
    expect(judge('in', iq('result', from('alice@chat.mil'), list))).toBe('allow');
    expect(judge('in', iq('result', from('bob@chat.mil'), list))).toBe('refuse pubsub-sender');
    expect(judge('in', iq('result', from(SERVICE), list))).toBe('refuse pubsub-sender');
  });
});
