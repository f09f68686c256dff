/** The guard on the whiteboard: who may draw where, what a drawing may hold, and what is made to look like one. */
import { describe, expect, it } from 'vitest';
import { STRICT_LABELS } from '../../../test/support/guard-policy.ts';
import { under } from '../../../test/support/guard-verdict.ts';

const NS = 'urn:sallyport:whiteboard:0';
const INK = "colour='red' width='thin'";
const LINE = `<line id='a' ${INK} from='0,0' to='9999,5999'/>`;
const board = (inside: string) => `<board xmlns='${NS}'>${inside}</board>`;
const message = (
  way: string,
  inside: string,
  body = '<body>[whiteboard] 1 line</body>',
  type = 'groupchat',
) => `<message ${way} type='${type}' id='1'>${body}${inside}</message>`;
const FROM = "from='ops@rooms.chat.mil/bob'";
const TO = "to='ops@rooms.chat.mil'";
const on = under({ whiteboard: true });

describe('/features/whiteboard', () => {
  it('false: nothing is drawn, and of what others draw only the text comes in', () => {
    const off = under({});
    expect(off.out(message(TO, board(LINE)))).toBe('refuse payload service-unavailable');
    expect(off.rewritten('in', message(FROM, board(LINE)))).toBe(
      '<message from="ops@rooms.chat.mil/bob" type="groupchat" id="1" xmlns="jabber:client"><body>[whiteboard] 1 line</body></message>',
    );
  });

  it('true: to a room and from an occupant of one, live and from its archive', () => {
    expect(on.out(message(TO, board(LINE)))).toBe('allow');
    expect(on.in(message(FROM, board(LINE)))).toBe('allow');
    const asked = under({ whiteboard: true }, (id) => id === 'q');
    const archived = (inner: string) =>
      `<message from='ops@rooms.chat.mil'><result xmlns='urn:xmpp:mam:2' queryid='q' id='7'><forwarded xmlns='urn:xmpp:forward:0'>${inner}</forwarded></result></message>`;
    const inner = message(`xmlns='jabber:client' ${FROM}`, board(LINE));
    expect(asked.in(archived(inner))).toBe('allow');
    const forged = message("xmlns='jabber:client' from='ops@rooms.chat.mil'", board(LINE));
    expect(asked.in(archived(forged))).toContain('refuse');
  });

  it.each([
    ['a person', message("from='bob@chat.mil/x'", board(LINE), undefined, 'chat')],
    ['the room itself', message("from='ops@rooms.chat.mil'", board(LINE))],
    ['the own server', message("from='chat.mil'", board(LINE), undefined, 'headline')],
    ['the own account', message("from='alice@chat.mil'", board(LINE), undefined, 'chat')],
    [
      'a carbon copy',
      `<message from='alice@chat.mil'><sent xmlns='urn:xmpp:carbons:2'><forwarded xmlns='urn:xmpp:forward:0'>${message(
        "xmlns='jabber:client' from='alice@chat.mil/x' to='bob@chat.mil'",
        board(LINE),
        undefined,
        'chat',
      )}</forwarded></sent></message>`,
    ],
  ])('never from %s', (_whom, stanza) => {
    expect(on.in(stanza)).toContain('refuse whiteboard policy-violation');
  });

  it('never to a person, and nowhere but in messages', () => {
    expect(on.out(message("to='bob@chat.mil'", board(LINE), undefined, 'chat'))).toContain(
      'refuse whiteboard',
    );
    expect(on.out(`<presence>${board(LINE)}</presence>`)).toContain('refuse');
    expect(on.out(`<iq type='set' id='1' ${TO}>${board(LINE)}</iq>`)).toContain('refuse');
    expect(on.in(`<iq type='set' id='1' from='bob@chat.mil/x'>${board(LINE)}</iq>`)).toContain('refuse');
  });

  it.each([
    ['no text', message(FROM, board(LINE), '')],
    ['two boards', message(FROM, board(LINE) + board(LINE))],
    ['a correction', message(FROM, `${board(LINE)}<replace xmlns='urn:xmpp:message-correct:0' id='x'/>`)],
    ['a retraction', message(FROM, `${board(LINE)}<retract xmlns='urn:xmpp:message-retract:1' id='x'/>`)],
    ['an answer', message(FROM, `${board(LINE)}<reply xmlns='urn:xmpp:reply:0' id='x'/>`)],
    ['a form', message(FROM, `${board(LINE)}<x xmlns='jabber:x:data' type='result'/>`)],
  ])('a message with a board and %s does not pass', (_what, stanza) => {
    expect(on.in(stanza)).toContain('refuse whiteboard');
    expect(on.out(stanza.replace(FROM, TO))).toContain('refuse');
  });

  it('every operation of the grammar passes unchanged', () => {
    const all = [
      `<stroke id='s-1' ${INK}>0,0 12,7 9999,5999</stroke>`,
      LINE,
      `<arrow id='b' ${INK} from='1,1' to='2,2'/>`,
      `<rectangle id='c' ${INK} from='1,1' to='2,2'/>`,
      `<ellipse id='d' colour='ink' width='thick' from='1,1' to='2,2'/>`,
      `<text id='e' ${INK} at='5,5'>Convoy halts here</text>`,
      "<withdraw id='a'/>",
    ].join('');
    expect(on.out(message(TO, board(all)))).toBe('allow');
    expect(on.in(message(FROM, board(all)))).toBe('allow');
    expect(on.in(message(FROM, board('<clear/>')))).toBe('allow');
    expect(on.in(message(FROM, board("<image id='i' from='0,0' to='9,9'/>")))).toBe('allow');
  });

  const stroke = (points: number) =>
    `<stroke id='p' ${INK}>${Array.from({ length: points }, (_, at) => `${at},1`).join(' ')}</stroke>`;
  it.each([
    ['nothing', ''],
    ['a coordinate off the board', LINE.replace('9999,5999', '10000,0')],
    ['another one', LINE.replace('9999,5999', '0,6000')],
    ['a negative coordinate', LINE.replace('0,0', '-1,0')],
    ['a fraction', LINE.replace('0,0', '0.5,0')],
    ['a leading zero', LINE.replace('0,0', '00,0')],
    ['an exponent', LINE.replace('0,0', '1e3,0')],
    ['another colour', LINE.replace('red', 'url(#x)')],
    ['another width', LINE.replace('thin', '99')],
    ['no id', LINE.replace("id='a'", '')],
    ['an id of other letters', LINE.replace("id='a'", "id='a b'")],
    ['a long id', LINE.replace("id='a'", `id='${'a'.repeat(33)}'`)],
    ['an address', LINE.replace('/>', " href='https://evil.example/'/>")],
    ['a style', LINE.replace('/>', " style='x'/>")],
    ['a handler', LINE.replace('/>', " onload='x'/>")],
    ['another element', `<script id='a'>x</script>`],
    ['an element in an element', LINE.replace('/>', '><line/></line>')],
    ['text where none is', LINE.replace('/>', '>hidden</line>')],
    ['no point', `<stroke id='p' ${INK}></stroke>`],
    ['too many points', stroke(257)],
    ['an empty text', `<text id='e' ${INK} at='5,5'> </text>`],
    ['a text of two lines', `<text id='e' ${INK} at='5,5'>a\nb</text>`],
    ['a long text', `<text id='e' ${INK} at='5,5'>${'a'.repeat(201)}</text>`],
    ['a clearing among others', `${LINE}<clear/>`],
    ['a picture among others', `${LINE}<image id='i' from='0,0' to='9,9'/>`],
    ['too many operations', LINE.repeat(33)],
    ['too many points together', stroke(256).repeat(5)],
  ])('%s goes nowhere', (_what, inside) => {
    expect(on.out(message(TO, board(inside)))).not.toBe('allow');
    expect(on.in(message(FROM, board(inside)))).not.toBe('allow');
  });

  it.each([
    "<svg xmlns='http://www.w3.org/2000/svg'><path d='M0 0'/></svg>",
    "<x xmlns='http://jabber.org/protocol/swb'/>",
    "<sxe xmlns='urn:xmpp:sxe:0'/>",
  ])('%s is refused with its stanza, beside a board and in it', (foreign) => {
    for (const inside of [
      board(LINE) + foreign,
      board(foreign),
      board(LINE.replace('/>', `>${foreign}</line>`)),
    ]) {
      expect(on.in(message(FROM, inside))).toBe('refuse forbidden-namespace service-unavailable');
      expect(on.out(message(TO, inside))).toBe('refuse forbidden-namespace service-unavailable');
    }
  });

  it('a drawing is as sensitive as a text: labels and limits hold for it', () => {
    const strict = under({ whiteboard: true, labels: STRICT_LABELS });
    const marked = (marking: string) =>
      `<securitylabel xmlns='urn:xmpp:sec-label:0'><displaymarking>${marking}</displaymarking></securitylabel>`;
    expect(strict.out(message(TO, board(LINE)))).toBe('refuse label-required policy-violation');
    expect(strict.out(message(TO, board(LINE) + marked('SECRET')))).toBe('refuse label policy-violation');
    expect(strict.out(message(TO, board(LINE) + marked('OPEN')))).toBe('allow');
  });
});
