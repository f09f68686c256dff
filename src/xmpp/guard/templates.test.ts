/** The guard on forms in messages. */
import { describe, expect, it } from 'vitest';
import { under } from '../../../test/support/guard-verdict.ts';
import type { MessageTemplate } from '../../shared/message-templates.ts';

const SALUTE: MessageTemplate = {
  id: 'salute',
  title: 'SALUTE',
  fields: [{ name: 'size', label: 'Size', type: 'line', required: true, options: [] }],
};
const TYPE = (id: string) =>
  `<field var='FORM_TYPE' type='hidden'><value>urn:sallyport:template:${id}</value></field>`;
const form = (inner: string, type = 'result') =>
  `<x xmlns='jabber:x:data' type='${type}'><title>SALUTE</title>${inner}<field var='size' type='text-single' label='Size'><value>six, see https://x.example/</value></field></x>`;
const out = (inner: string) =>
  `<message to='bob@chat.mil' type='chat' id='1'><body>x</body>${inner}</message>`;
const from = (inner: string) =>
  `<message from='bob@chat.mil/x' type='chat' id='1'><body>x</body>${inner}</message>`;

describe('/templates', () => {
  const policy = under({ templates: [SALUTE] });

  it('a form goes out where the policy has its template', () => {
    expect(policy.out(out(form(TYPE('salute'))))).toBe('allow');
    expect(policy.out(out(form(TYPE('other'))))).toBe('refuse form policy-violation');
    expect(policy.out(out(form('')))).toBe('refuse form policy-violation');
    expect(policy.out(out(form(TYPE('salute')) + form(TYPE('salute'))))).toBe('refuse form policy-violation');
    expect(policy.out(out(form(TYPE('salute') + TYPE('other'))))).toBe('refuse form policy-violation');
    expect(policy.out(out(form(TYPE('salute'), 'submit')))).toBe('refuse payload service-unavailable');
    expect(under({}).out(out(form(TYPE('salute'))))).toBe('refuse form policy-violation');
  });

  it('a form comes in as texts, one a message, and never as one to fill in', () => {
    expect(policy.in(from(form(TYPE('unknown'))))).toBe('allow');
    expect(policy.in(from(form('') + form('')))).toBe('refuse form policy-violation !');
    for (const type of ['form', 'submit', 'cancel', '']) {
      expect(policy.rewritten('in', from(form('', type))), type).not.toContain('jabber:x:data');
    }
    const media =
      "<field var='m'><media xmlns='urn:xmpp:media-element'><uri>https://evil.example/</uri></media></field>";
    expect(policy.in(from(form(media)))).toBe('refuse forbidden-namespace not-allowed !');
    const more =
      "<reported><field var='a'/></reported><instructions>Go there</instructions><field var='size'><option label='a'><value>b</value></option><required/><validate xmlns='http://jabber.org/protocol/xdata-validate'/></field>";
    const rewritten = policy.rewritten('in', from(form(more)));
    for (const gone of ['reported', 'instructions', 'option', 'required', 'validate']) {
      expect(rewritten).not.toContain(gone);
    }
  });

  it('in a copy of a message is judged like one that came alone', () => {
    const carbon = (inner: string) =>
      `<message from='alice@chat.mil'><received xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' from='bob@chat.mil/x' to='alice@chat.mil/o'><body>x</body>${inner}</message></forwarded></received></message>`;
    expect(policy.in(carbon(form('')))).toBe('allow');
    expect(policy.in(carbon(form('') + form('')))).toBe('refuse form policy-violation');
  });
});
