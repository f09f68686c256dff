/** The guard on shared acknowledgements: who may say so where, in what, and what is made to look like one. */
import { describe, expect, it } from 'vitest';
import { STRICT_LABELS } from '../../../test/support/guard-policy.ts';
import { under } from '../../../test/support/guard-verdict.ts';

const FROM = "from='ops@rooms.chat.mil/bob'";
const TO = "to='ops@rooms.chat.mil'";
const ONE = "<message id='s1'/>";
const seen = (inside = ONE) => `<acknowledged xmlns='urn:sallyport:alerts:0'>${inside}</acknowledged>`;
const message = (way: string, inside = seen(), type = 'groupchat') =>
  `<message ${way} type='${type}' id='1'>${inside}</message>`;
const on = under({ acknowledgements: true });
const BARE = '<message from="ops@rooms.chat.mil/bob" type="groupchat" id="1" xmlns="jabber:client"/>';
const mam = (inner: string) =>
  `<message from='ops@rooms.chat.mil'><result xmlns='urn:xmpp:mam:2' queryid='q' id='7'><forwarded xmlns='urn:xmpp:forward:0'>${inner}</forwarded></result></message>`;

describe('/features/acknowledgements', () => {
  it('false: nobody tells of it, and nothing of it comes in', () => {
    const off = under({});
    expect(off.out(message(TO))).toBe('refuse payload service-unavailable');
    expect(off.rewritten('in', message(FROM))).toBe(BARE);
  });

  it('true: to a room and from an occupant of one, live and from its archive', () => {
    const kept =
      "<store xmlns='urn:xmpp:hints'/><origin-id xmlns='urn:xmpp:sid:0' id='o'/><stanza-id xmlns='urn:xmpp:sid:0' id='a' by='ops@rooms.chat.mil'/><occupant-id xmlns='urn:xmpp:occupant-id:0' id='b'/>";
    expect(on.out(message(TO, `${seen()}<store xmlns='urn:xmpp:hints'/>`))).toBe('allow');
    expect(on.in(message(FROM, seen() + kept))).toBe('allow');
    const asked = under({ acknowledgements: true }, (id) => id === 'q');
    const who =
      "<x xmlns='http://jabber.org/protocol/muc#user'><item jid='bob@chat.mil/x' affiliation='member' role='participant'/></x>";
    expect(asked.in(mam(message(`xmlns='jabber:client' ${FROM}`, seen() + who)))).toBe('allow');
  });

  it.each([
    ['a person', message("from='bob@chat.mil/x'", seen(), 'chat')],
    ['the room itself', message("from='ops@rooms.chat.mil'")],
    ['the own server', message("from='chat.mil'", seen(), 'headline')],
    ['the own account', message("from='alice@chat.mil'", seen(), 'chat')],
  ])('of %s it does not count', (_whom, stanza) => {
    expect(on.in(stanza)).toBe('rewrite acknowledgement');
    expect(on.rewritten('in', stanza)).not.toContain('acknowledged');
  });

  it('nor in a carbon copy, nor in an archive where the room speaks itself', () => {
    const inner = message("xmlns='jabber:client' from='alice@chat.mil/x' to='bob@chat.mil'", seen(), 'chat');
    const carbon = `<message from='alice@chat.mil'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${inner}</forwarded></sent></message>`;
    expect(on.rewritten('in', carbon)).not.toContain('acknowledged');
    const asked = under({ acknowledgements: true }, (id) => id === 'q');
    const rooms = mam(message("xmlns='jabber:client' from='ops@rooms.chat.mil'"));
    expect(asked.rewritten('in', rooms)).not.toContain('acknowledged');
  });

  it('never to a person, and nowhere but in messages', () => {
    expect(on.out(message("to='bob@chat.mil'", seen(), 'chat'))).toBe(
      'refuse acknowledgement not-acceptable',
    );
    expect(on.out(`<presence>${seen()}</presence>`)).toContain('refuse');
    expect(on.out(`<iq type='set' id='1' ${TO}>${seen()}</iq>`)).toContain('refuse');
    expect(on.in(`<iq type='set' id='1' from='bob@chat.mil/x'>${seen()}</iq>`)).toContain('refuse');
  });

  it.each([
    ['a text', '<body>all quiet</body>'],
    ['a subject', '<subject>all quiet</subject>'],
    ['an answer', "<reply xmlns='urn:xmpp:reply:0' id='x'/>"],
    ['a reaction', "<reactions xmlns='urn:xmpp:reactions:0' id='x'/>"],
    ['a retraction', "<retract xmlns='urn:xmpp:message-retract:1' id='x'/>"],
    ['a form', "<x xmlns='jabber:x:data' type='result'/>"],
    ['another one', seen("<message id='s2'/>")],
  ])('beside %s it counts for nothing, and what is said stays', (what, beside) => {
    const both = message(FROM, beside + seen());
    expect(on.in(both)).toContain('rewrite');
    const passed = on.rewritten('in', both);
    expect(passed).not.toContain('acknowledged');
    if (what === 'a text') expect(passed).toContain('<body>all quiet</body>');
    expect(on.out(message(TO, beside + seen()))).toContain('refuse');
  });

  const many = (count: number) => Array.from({ length: count }, (_, at) => `<message id='s${at}'/>`).join('');
  it('names up to 32 messages at once', () => {
    expect(on.out(message(TO, seen(many(32))))).toBe('allow');
    expect(on.in(message(FROM, seen(many(32))))).toBe('allow');
  });
  it.each([
    ['none', ''],
    ['too many', many(33)],
    ['one twice', ONE + ONE],
    ['no id', '<message/>'],
    ['an empty id', "<message id=''/>"],
    ['a long id', `<message id='${'a'.repeat(129)}'/>`],
    ['something else', `${ONE}<note>call me</note>`],
    ['a text', `${ONE}call me`],
    ['another attribute', "<message id='s1' by='carol'/>"],
    ['something inside', "<message id='s1'><body>x</body></message>"],
  ])(
    'with %s in it, it does not go out, and what comes in is never more than the grammar',
    (_what, inside) => {
      expect(on.out(message(TO, seen(inside)))).toContain('refuse');
      expect(on.in(message(FROM, seen(inside)))).toContain('rewrite');
      expect(on.rewritten('in', message(FROM, seen(inside)))).toMatch(
        /^<message [^>]*(\/>|><acknowledged xmlns="urn:sallyport:alerts:0"><message id="s1"\/><\/acknowledged><\/message>)$/u,
      );
    },
  );

  it('has the label of what it is about: limits hold for it, and where labels are needed it has one', () => {
    const marked = (marking: string) =>
      `<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking>${marking}</displaymarking></securitylabel>`;
    const strict = under({ acknowledgements: true, labels: STRICT_LABELS });
    expect(strict.out(message(TO))).toBe('refuse label-required policy-violation');
    expect(strict.out(message(TO, seen() + marked('SECRET')))).toBe('refuse label policy-violation');
    expect(strict.in(message(FROM, seen() + marked('SECRET')))).toBe('refuse label policy-violation');
    expect(strict.out(message(TO, seen() + marked('OPEN')))).toBe('allow');
    const preset = under({ acknowledgements: true, labels: { ...STRICT_LABELS, defaultLabel: 'open' } });
    expect(preset.rewritten('out', message(TO))).toContain('OPEN');
  });
});
