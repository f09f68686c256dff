/** The guard on archives that are searched: which filters leave, to whom, and what of a form comes in. */
import { describe, expect, it } from 'vitest';
import { under } from '../../../test/support/guard-verdict.ts';
import { buildArchiveQuery, buildFieldsQuery, readTextField } from '../xep-0313-mam/stanzas.ts';
import { xml } from '../xml.ts';

const guard = under({});
const OWN = 'alice@chat.mil';
const ROOM = 'ops@rooms.chat.mil';
const FIELD = '{urn:xmpp:fulltext:0}fulltext';

const query = (to: string, payload: { toString(): string }, type = 'set') =>
  `<iq to='${to}' type='${type}' id='1'>${payload.toString()}</iq>`;
const form = (fields: string, type = 'submit') =>
  `<query xmlns='urn:xmpp:mam:2' queryid='q'><x xmlns='jabber:x:data' type='${type}'>${fields}</x></query>`;
const field = (name: string, value = 'x') => `<field var='${name}'><value>${value}</value></field>`;
const answer = (from: string, inside: string) =>
  `<iq from='${from}' to='alice@chat.mil/desk' type='result' id='1'><query xmlns='urn:xmpp:mam:2'>${inside}</query></iq>`;

describe('what is asked', () => {
  it.each([FIELD, 'withtext'] as const)(
    'by %s goes to the own archive and to rooms, and nowhere else',
    (name) => {
      const filter = { text: { field: name, words: 'kestrel convoy' }, start: 0, end: 1000 };
      const payload = buildArchiveQuery('q', filter, 20, { before: '' });
      for (const to of [OWN, ROOM]) expect(guard.out(query(to, payload))).toBe('allow');
      for (const to of ['bob@chat.mil', 'chat.mil', `${ROOM}/bob`, 'x@partner.gov'])
        expect(guard.out(query(to, payload)), to).toContain('refuse');
    },
  );

  it('is which fields there are, with nothing in it', () => {
    for (const to of [OWN, ROOM]) expect(guard.out(query(to, buildFieldsQuery(), 'get'))).toBe('allow');
    for (const to of ['bob@chat.mil', 'x@partner.gov'])
      expect(guard.out(query(to, buildFieldsQuery(), 'get')), to).toContain('refuse');
    expect(guard.out(query(OWN, form(field('with')), 'get'))).toContain('refuse');
  });

  it.each([
    ['another field', form(field('x-notes'))],
    ['a field without a name', form('<field><value>x</value></field>')],
    ['very much', form(field(FIELD, 'x'.repeat(1025)))],
    ['a form that is no filter', form(field(FIELD), 'form')],
    ['something beside the fields', form(`${field(FIELD)}<title>x</title>`)],
  ])('is not %s', (_, payload) => {
    expect(guard.out(query(OWN, payload))).toContain('refuse');
  });
});

describe('which fields an archive takes', () => {
  it('comes in as their names, without anything to go to', () => {
    const told = `<x xmlns='jabber:x:data' type='form'>${field('FORM_TYPE', 'urn:xmpp:mam:2')}<field var='${FIELD}' type='text-single'/></x>`;
    expect(guard.in(answer(ROOM, told))).toBe('allow');
    const more = told.replace(
      '</x>',
      "<instructions>go to https://evil.example</instructions><media xmlns='urn:xmpp:media-element'><uri type='x'>https://evil.example</uri></media></x>",
    );
    expect(guard.rewritten('in', answer(ROOM, more))).not.toContain('evil');
  });

  it('is read from a form alone, and XEP-0431’s field goes first', () => {
    const of = (...names: readonly string[]) =>
      xml(
        'iq',
        {},
        xml(
          'query',
          { xmlns: 'urn:xmpp:mam:2' },
          xml(
            'x',
            { xmlns: 'jabber:x:data', type: 'form' },
            ...names.map((name) => xml('field', { var: name })),
          ),
        ),
      );
    expect(readTextField(of('with', 'withtext', FIELD))).toBe(FIELD);
    expect(readTextField(of('with', 'withtext'))).toBe('withtext');
    expect(readTextField(of('with', 'text'))).toBeUndefined();
    expect(readTextField(xml('iq', {}))).toBeUndefined();
  });
});
