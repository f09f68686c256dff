import { describe, expect, it } from 'vitest';
import { parseStanza } from '../../../test/support/parse-stanza.ts';
import { type DataForm, FORM_LIMITS, formProblem } from '../../shared/data-form.ts';
import { elementsOf } from '../xml.ts';
import { buildAnswer, formValues, readForm } from './forms.ts';

function read(form: string): DataForm | undefined {
  const [query] = elementsOf(parseStanza(`<iq type='result' id='1'><query xmlns='q'>${form}</query></iq>`));
  return query === undefined ? undefined : readForm(query);
}

const CONFIG = `<x xmlns='jabber:x:data' type='form'>
  <title>Configuration for
    ops</title>
  <instructions>Fill in what you know.</instructions>
  <field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/muc#roomconfig</value></field>
  <field type='fixed'><value>Who may enter</value></field>
  <field var='name' type='text-single' label='Name\u202e'><desc>Short</desc><required/><value>Ops</value></field>
  <field var='lasting' type='boolean' label='Lasting'><value>1</value></field>
  <field var='whois' type='list-single'><option label='All'><value>anyone</value></option><option><value>moderators</value></option><value>anyone</value></field>
  <field var='admins' type='jid-multi'><value>bob@chat.mil</value></field>
  <field var='untyped'><value>x</value></field>
</x>`;

describe('reading a form', () => {
  it('takes fields with their types, labels, values and choices', () => {
    const form = read(CONFIG);
    expect(form).toMatchObject({
      type: 'form',
      title: 'Configuration for ops',
      instructions: ['Fill in what you know.'],
    });
    expect(form?.fields.map(({ name, type }) => [name, type])).toEqual([
      ['FORM_TYPE', 'hidden'],
      ['', 'fixed'],
      ['name', 'text-single'],
      ['lasting', 'boolean'],
      ['whois', 'list-single'],
      ['admins', 'jid-multi'],
      ['untyped', 'text-single'],
    ]);
    expect(form?.fields[2]).toMatchObject({
      label: 'Name',
      description: 'Short',
      required: true,
      values: ['Ops'],
    });
    expect(form?.fields[4]?.options).toEqual([
      { label: 'All', value: 'anyone' },
      { label: 'moderators', value: 'moderators' },
    ]);
    expect(formValues(form, 'admins')).toEqual(['bob@chat.mil']);
    expect(formValues(form, 'nothing')).toEqual([]);
  });

  it('takes the table of a result', () => {
    const form = read(
      "<x xmlns='jabber:x:data' type='result'><reported><field var='jid' label='Address'/><field var='name'/></reported>" +
        "<item><field var='name'><value>Bob</value></field><field var='jid'><value>bob@chat.mil</value></field><field var='more'><value>x</value></field></item></x>",
    );
    expect(form?.columns.map(({ name, label }) => [name, label])).toEqual([
      ['jid', 'Address'],
      ['name', ''],
    ]);
    expect(form?.rows).toEqual([['bob@chat.mil', 'Bob']]);
  });

  it.each([
    ['none', ''],
    ['one that is an answer', "<x xmlns='jabber:x:data' type='submit'/>"],
    ['one that is given up', "<x xmlns='jabber:x:data' type='cancel'/>"],
    ['one in another namespace', "<x xmlns='jabber:x:other' type='form'/>"],
  ])('reads %s as no form', (_name, form) => {
    expect(read(form)).toBeUndefined();
  });

  it('leaves out what is beyond its bounds, and what stands twice', () => {
    const long = 'x'.repeat(FORM_LIMITS.text + 1);
    const field = (name: string, inner = '') => `<field var='${name}' type='list-multi'>${inner}</field>`;
    const fields = Array.from({ length: 300 }, (_, index) => field(`f${index}`)).join('');
    const values = `<value>${long}</value>${'<value>v</value>'.repeat(600)}`;
    const form = read(
      `<x xmlns='jabber:x:data' type='form'>${field('a', values)}${field('a')}${field(long.slice(0, 300))}<field type='boolean'/>${fields}</x>`,
    );
    expect(form?.fields.length).toBeLessThanOrEqual(FORM_LIMITS.fields);
    expect(form?.fields.filter(({ name }) => name === 'a')).toHaveLength(1);
    expect(form?.fields[0]?.values.length).toBeLessThan(FORM_LIMITS.values);
    expect(form?.fields.some(({ name }) => name.length > FORM_LIMITS.name || name === '')).toBe(false);
  });
});

describe('answering a form', () => {
  const form = read(CONFIG) ?? expect.unreachable();
  const isAddress = (text: string) => text.includes('@');

  it('sends the hidden fields as they came, and the answers', () => {
    expect(buildAnswer(form, [{ name: 'name', values: ['A & B\u0000'] }]).toString()).toBe(
      '<x xmlns="jabber:x:data" type="submit"><field var="FORM_TYPE"><value>http://jabber.org/protocol/muc#roomconfig</value></field>' +
        '<field var="name"><value>A &amp; B\ufffd</value></field></x>',
    );
  });

  it.each([
    ['what is filled in already', [], undefined],
    ['another choice', [{ name: 'whois', values: ['moderators'] }], undefined],
    ['nothing where something is required', [{ name: 'name', values: [''] }], 'required'],
    ['a choice that is not offered', [{ name: 'whois', values: ['nobody'] }], 'choice'],
    ['a boolean that is none', [{ name: 'lasting', values: ['perhaps'] }], 'boolean'],
    ['an address that is none', [{ name: 'admins', values: ['bob'] }], 'address'],
    ['two texts for one', [{ name: 'name', values: ['a', 'b'] }], 'length'],
    ['a text without end', [{ name: 'name', values: ['x'.repeat(1025)] }], 'length'],
    ['what is not asked', [{ name: 'password', values: ['x'] }], 'unknown'],
    ['what is hidden', [{ name: 'FORM_TYPE', values: ['other'] }], 'unknown'],
    [
      'the same twice',
      [
        { name: 'name', values: ['a'] },
        { name: 'name', values: ['b'] },
      ],
      'unknown',
    ],
  ] as const)('judges %s', (_name, answers, problem) => {
    expect(formProblem(form, answers, isAddress)?.problem).toBe(problem);
  });
});
