/** Labels (XEP-0258) against the policy's limits and its partners' ceilings. */
import { describe, expect, it } from 'vitest';
import { label } from '../../../test/support/guard-policy.ts';
import { under } from '../../../test/support/guard-verdict.ts';
import { buildSecurityLabel } from '../xep-0258-security-labels/labels.ts';

const CATALOGUE = [label('open', 0), label('restricted', 10), label('secret', 20)];
const [OPEN, RESTRICTED, SECRET] = CATALOGUE.map((each) => buildSecurityLabel(each).toString());
const marked = (text: string) =>
  `<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking>${text}</displaymarking><label/></securitylabel>`;

describe('/classification', () => {
  const labels = { catalogue: CATALOGUE, required: false };
  const inn = (content: string, from = 'bob@chat.mil/x') =>
    `<message from='${from}' id='1'><body>x</body>${content}</message>`;
  const out = (content: string, to = 'bob@chat.mil') =>
    `<message to='${to}' id='1'><body>x</body>${content}</message>`;

  it('without limits: any label of the catalogue, and others', () => {
    const policy = under({ labels });
    for (const each of [OPEN, SECRET, marked('SECRET'), marked('COSMIC')]) {
      expect(policy.in(inn(each ?? ''))).toBe('allow');
      expect(policy.out(out(each ?? ''))).toBe('allow');
    }
    expect(policy.in(inn(`${OPEN}${SECRET}`)), 'two labels').toBe('refuse label policy-violation !');
  });

  it('maximumLabel: nothing above it, and nothing that cannot be told', () => {
    const policy = under({ labels: { ...labels, maximumLabel: 'restricted' } });
    const refused = 'refuse label policy-violation';
    for (const each of [OPEN, RESTRICTED, marked('RESTRICTED'), '']) {
      expect(policy.in(inn(each ?? ''))).toBe('allow');
      expect(policy.out(out(each ?? ''))).toBe('allow');
    }
    for (const each of [SECRET, marked('SECRET'), marked('secret'), marked('COSMIC'), marked('')]) {
      expect(policy.in(inn(each ?? '')), each).toBe(`${refused} !`);
      expect(policy.out(out(each ?? '')), each).toBe(refused);
    }
    const contradictory = OPEN?.replace('>OPEN<', '>SECRET<') ?? '';
    expect(policy.in(inn(contradictory)), 'one label inside, another shown').toBe(`${refused} !`);
    const ess = marked('OPEN').replace(
      '<label/>',
      "<label><esssecuritylabel xmlns='urn:xmpp:sec-label:ess:0'>MQYCAQIGASk=</esssecuritylabel></label>",
    );
    expect(policy.in(inn(ess)), 'what is in an ESS label nobody has read').toBe('rewrite payload');
    expect(policy.in(inn(SECRET ?? '').replace('<body>x</body>', '')), 'no content').toBe(`${refused} !`);
  });

  it('an unlabelled message counts as the default', () => {
    const policy = under({ labels: { ...labels, maximumLabel: 'restricted', defaultLabel: 'secret' } });
    expect(policy.in(inn(''))).toBe('refuse label policy-violation !');
    expect(policy.out(out(''))).toBe('refuse label policy-violation');
    expect(
      policy.out("<message to='bob@chat.mil'><received xmlns='urn:xmpp:receipts' id='1'/></message>"),
    ).toBe('allow');
  });

  it('a partner’s ceiling holds for the partner alone, both ways', () => {
    const partners = [{ domain: 'partner.gov', maximumLabel: 'restricted' }, { domain: 'ally.gov' }];
    const policy = under({ labels, partners });
    const refused = 'refuse label policy-violation';
    expect(policy.out(out(RESTRICTED ?? '', 'p@partner.gov'))).toBe('allow');
    expect(policy.out(out(SECRET ?? '', 'p@partner.gov'))).toBe(refused);
    expect(policy.in(inn(SECRET ?? '', 'p@partner.gov/x'))).toBe(`${refused} !`);
    expect(policy.out(out(marked('COSMIC'), 'p@partner.gov')), 'unknown').toBe(refused);
    expect(policy.out(out('', 'p@partner.gov')), 'no label and no default').toBe(refused);
    expect(
      policy.out("<message to='p@partner.gov' id='1'><received xmlns='urn:xmpp:receipts' id='1'/></message>"),
    ).toBe('allow');
    expect(policy.out(out(SECRET ?? ''))).toBe('allow');
    expect(policy.out(out(SECRET ?? '', 'a@ally.gov'))).toBe('allow');
    const withDefault = under({ labels: { ...labels, defaultLabel: 'open' }, partners });
    expect(withDefault.out(out('', 'p@partner.gov'))).toBe('allow');
    const broken = under({ labels, partners: [{ domain: 'partner.gov', maximumLabel: 'gone' }] });
    expect(broken.out(out(OPEN ?? '', 'p@partner.gov')), 'a ceiling that is no label').toBe(refused);
  });

  it('a ceiling holds inside carbons too', () => {
    const policy = under({ labels, partners: [{ domain: 'partner.gov', maximumLabel: 'open' }] });
    const carbon = (content: string) =>
      `<message from='alice@chat.mil'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' type='chat' from='alice@chat.mil/old' to='p@partner.gov'><body>x</body>${content}</message></forwarded></sent></message>`;
    expect(policy.in(carbon(OPEN ?? ''))).toBe('allow');
    expect(policy.in(carbon(SECRET ?? ''))).toBe('refuse label policy-violation');
  });

  it('labelRequired: the default is written into what has none, else it is not sent', () => {
    const required = { ...labels, required: true };
    const bare = under({ labels: required });
    expect(bare.out(out(''))).toBe('refuse label-required policy-violation');
    expect(bare.out(out(marked('COSMIC'))), 'a label outside the catalogue').toBe(
      'refuse label-required policy-violation',
    );
    expect(bare.out(out(OPEN ?? ''))).toBe('allow');
    expect(bare.in(inn('')), 'coming in').toBe('allow');
    expect(
      bare.out("<message to='bob@chat.mil'><received xmlns='urn:xmpp:receipts' id='1'/></message>"),
    ).toBe('allow');
    const policy = under({ labels: { ...required, defaultLabel: 'restricted' } });
    const text = policy.rewritten('out', out(''));
    expect(text).toBe(
      '<message to="bob@chat.mil" id="1" xmlns="jabber:client"><body>x</body><securitylabel xmlns="urn:xmpp:sec-label:0"><displaymarking fgcolor="#ffffff" bgcolor="#000000">RESTRICTED</displaymarking><label><id xmlns="urn:sallyport:label:0">restricted</id></label></securitylabel></message>',
    );
    expect(policy.out(text)).toBe('allow');
  });
});
