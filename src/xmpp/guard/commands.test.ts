/** Ad-hoc commands (XEP-0050): whom they are asked of, who answers, and what attackers make of them. */
import { describe, expect, it } from 'vitest';
import { guardPolicy } from '../../../test/support/guard-policy.ts';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import type { FullJid } from '../../shared/jid.ts';
import { createGuardConfig, type Direction, guard } from './index.ts';

const base = guardPolicy('chat.mil', ['rooms.chat.mil'], { partners: [{ domain: 'partner.gov' }] });

function judge(direction: Direction, text: string, commands = true): string {
  const config = createGuardConfig({ ...base, commands }, 'alice@chat.mil/desk' as FullJid);
  const verdict = guard(direction, parseStanza(text), config);
  if (verdict.action === 'allow') return 'allow';
  if (verdict.action === 'refuse') return `refuse ${verdict.reason}`;
  return `rewrite ${verdict.stanza}`;
}

const NODE = 'http://jabber.org/protocol/commands';
const iq = (type: string, who: string, payload: string) => `<iq type='${type}' id='1' ${who}>${payload}</iq>`;
const to = (jid: string) => `to='${jid}'`;
const from = (jid: string) => `from='${jid}' to='alice@chat.mil/desk'`;
const list = (node = NODE) => `<query xmlns='http://jabber.org/protocol/disco#items' node='${node}'/>`;
const listed = (jid: string) =>
  `<query xmlns='http://jabber.org/protocol/disco#items' node='${NODE}'><item jid='${jid}' node='uptime' name='Uptime'/></query>`;
const command = (attrs: string, inner = '') =>
  `<command xmlns='${NODE}' node='uptime' ${attrs}>${inner}</command>`;
const form = (type: string, inner = '') => `<x xmlns='jabber:x:data' type='${type}'>${inner}</x>`;

describe('commands that are asked for', () => {
  it.each([
    ['a list of the own server', iq('get', to('chat.mil'), list()), 'allow'],
    ['a list of a room service', iq('get', to('rooms.chat.mil'), list()), 'allow'],
    ['a list of a room', iq('get', to('ops@rooms.chat.mil'), list()), 'allow'],
    ['a list of the directory', iq('get', to('directory.chat.mil'), list()), 'allow'],
    ['a list of a person', iq('get', to('bob@chat.mil'), list()), 'refuse payload'],
    ['a list of a client', iq('get', to('bob@chat.mil/desk'), list()), 'refuse payload'],
    ['a list of an occupant', iq('get', to('ops@rooms.chat.mil/bob'), list()), 'refuse payload'],
    ['a list of a partner', iq('get', to('partner.gov'), list()), 'refuse payload'],
    ['a list of a stranger', iq('get', to('evil.example'), list()), 'refuse domain'],
    ['another node', iq('get', to('chat.mil'), list('anything')), 'refuse payload'],
    ['a start', iq('set', to('chat.mil'), command("action='execute'")), 'allow'],
    ['a start without a word', iq('set', to('chat.mil'), command('')), 'allow'],
    ['a start of the own account', iq('set', '', command('')), 'refuse command-sender'],
    ['a start at a person’s', iq('set', to('bob@chat.mil/desk'), command('')), 'refuse command-sender'],
    ['a start at a partner’s', iq('set', to('partner.gov'), command('')), 'refuse command-sender'],
    [
      'a stage with answers',
      iq(
        'set',
        to('chat.mil'),
        command("sessionid='s' action='next'", form('submit', "<field var='a'><value>b</value></field>")),
      ),
      'allow',
    ],
    ['a cancel', iq('set', to('chat.mil'), command("sessionid='s' action='cancel'")), 'allow'],
    ['a stage of no run', iq('set', to('chat.mil'), command("action='next'")), 'refuse payload'],
    ['answers of no run', iq('set', to('chat.mil'), command('', form('submit'))), 'refuse payload'],
    ['another action', iq('set', to('chat.mil'), command("sessionid='s' action='own'")), 'refuse payload'],
    [
      'an endless run',
      iq('set', to('chat.mil'), command(`sessionid='${'s'.repeat(513)}'`)),
      'refuse payload',
    ],
    [
      'a status of one’s own',
      iq('set', to('chat.mil'), command("sessionid='s' status='completed'")),
      'refuse payload',
    ],
    ['a command without a node', iq('set', to('chat.mil'), `<command xmlns='${NODE}'/>`), 'refuse payload'],
    [
      'answers that lead somewhere',
      iq(
        'set',
        to('chat.mil'),
        command(
          "sessionid='s'",
          form('submit', "<field var='a'><value>https://evil.example</value></field>"),
        ),
      ),
      'refuse payload',
    ],
  ])('%s', (_what, text, expected) => expect(judge('out', text)).toBe(expected));
});

describe('commands that come in', () => {
  it.each([
    ['the own server’s list', iq('result', from('chat.mil'), listed('chat.mil')), 'allow'],
    ['a room’s list', iq('result', from('ops@rooms.chat.mil'), listed('ops@rooms.chat.mil')), 'allow'],
    ['a person’s list', iq('result', from('bob@chat.mil/x'), listed('bob@chat.mil/x')), 'refuse payload'],
    ['an occupant’s list', iq('result', from('ops@rooms.chat.mil/eve'), listed('x')), 'refuse payload'],
    ['an answer', iq('result', from('chat.mil'), command("sessionid='s' status='executing'")), 'allow'],
    [
      'a person’s answer',
      iq('result', from('bob@chat.mil/x'), command("sessionid='s' status='completed'")),
      'refuse command-sender',
    ],
    [
      'an occupant’s answer',
      iq('result', from('ops@rooms.chat.mil/eve'), command("sessionid='s' status='completed'")),
      'refuse command-sender',
    ],
    [
      'a partner’s answer',
      iq('result', from('partner.gov'), command("sessionid='s' status='completed'")),
      'refuse command-sender',
    ],
    [
      'a stranger’s answer',
      iq('result', from('evil.example'), command("status='completed'")),
      'refuse domain',
    ],
    [
      'somebody’s wish to run one here',
      iq('set', from('bob@chat.mil/x'), command('')),
      'refuse forbidden-namespace',
    ],
    [
      'the server’s wish to run one here',
      iq('set', from('chat.mil'), command('')),
      'refuse forbidden-namespace',
    ],
    ['a wish to know what there is here', iq('get', from('bob@chat.mil/x'), list()), 'refuse payload'],
    [
      'an address to go to in a result',
      iq(
        'result',
        from('chat.mil'),
        command("status='completed'", "<x xmlns='jabber:x:oob'><url>https://evil.example</url></x>"),
      ),
      'refuse forbidden-namespace',
    ],
    [
      'a command beside a message',
      `<message ${from('chat.mil')}><body>x</body>${command("status='completed'")}</message>`,
      'refuse forbidden-namespace',
    ],
  ])('%s', (_what, text, expected) => expect(judge('in', text)).toBe(expected));

  it('loses what has no place in it', () => {
    const kept = `${form('form', "<field var='a' type='text-single' label='A'/>")}<note type='info'>n</note><actions execute='next'><next/></actions>`;
    const strange = kept.replace(
      '</actions>',
      "<own xmlns='urn:other'/></actions><payload xmlns='urn:other'/>",
    );
    const answer = (inner: string) =>
      iq('result', from('chat.mil'), command("sessionid='s' status='executing'", inner));
    expect(judge('in', answer(strange))).toBe(`rewrite ${parseStanza(answer(kept))}`);
  });
});

describe('/features/commands', () => {
  it.each([
    ['out', iq('get', to('chat.mil'), list())],
    ['out', iq('set', to('chat.mil'), command(''))],
    ['in', iq('result', from('chat.mil'), command("status='completed'"))],
    ['in', iq('result', from('chat.mil'), listed('chat.mil'))],
  ] as const)('false: nothing of it, %s', (direction, text) => {
    expect(judge(direction, text, false)).toMatch(/^refuse/);
  });
});
