import { describe, expect, it } from 'vitest';
import type { DataForm, FormField } from '../../../shared/data-form.ts';
import { answersOf, initialValues, linesOf, withValue } from './form-values.ts';

const field = (name: string, type: FormField['type'], values: readonly string[] = []): FormField => ({
  name,
  type,
  values,
  label: '',
  description: '',
  required: false,
  options: [],
});

const FORM: DataForm = {
  type: 'form',
  title: '',
  instructions: [],
  columns: [],
  rows: [],
  fields: [
    field('FORM_TYPE', 'hidden', ['x']),
    field('', 'fixed', ['Heading']),
    field('name', 'text-single', ['Ops']),
    field('lasting', 'boolean', ['true']),
    field('public', 'boolean'),
    field('words', 'text-multi', ['a', '', 'b']),
    field('admins', 'jid-multi'),
  ],
};

describe('values of a form', () => {
  it('answers every field that is asked, as it stands', () => {
    expect(answersOf(FORM, initialValues(FORM))).toEqual([
      { name: 'name', values: ['Ops'] },
      { name: 'lasting', values: ['1'] },
      { name: 'public', values: ['0'] },
      { name: 'words', values: ['a', '', 'b'] },
      { name: 'admins', values: [] },
    ]);
  });

  it('keeps empty lines inside a text, not at its end, and none among addresses', () => {
    const words = withValue(initialValues(FORM), 'words', linesOf('a\n\nb\n\n'));
    const both = withValue(words, 'admins', linesOf('x@y\n\nz@y\n'));
    const answers = new Map(answersOf(FORM, both).map(({ name, values }) => [name, values]));
    expect(answers.get('words')).toEqual(['a', '', 'b']);
    expect(answers.get('admins')).toEqual(['x@y', 'z@y']);
  });
});
