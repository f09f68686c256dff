import { describe, expect, it } from 'vitest';
import {
  filledTemplate,
  formText,
  type MessageTemplate,
  templateForm,
  templateProblem,
} from './message-templates.ts';

const field = { type: 'line', required: false, options: [] } as const;
const TEMPLATE: MessageTemplate = {
  id: 'spotrep',
  title: 'SPOTREP',
  instructions: 'What you have seen, not what you think.',
  fields: [
    { ...field, name: 'size', label: '1. Size', required: true, hint: 'How many' },
    { ...field, name: 'count', label: '2. Count', type: 'number' },
    { ...field, name: 'when', label: '3. Time', type: 'dtg' },
    { ...field, name: 'where', label: '4. Location', type: 'mgrs' },
    { ...field, name: 'how', label: '5. How', type: 'choice', options: ['seen', 'heard'] },
    { ...field, name: 'more', label: '6. Remarks', type: 'lines' },
  ],
};
const one = (name: string, ...values: string[]) => ({ name, values });
const SIZE = one('size', 'six');
const problem = (...answers: ReturnType<typeof one>[]) => templateProblem(TEMPLATE, answers)?.problem;

describe('a template', () => {
  it('is a form to fill in', () => {
    expect(templateForm(TEMPLATE)).toMatchObject({
      type: 'form',
      title: 'SPOTREP',
      instructions: ['What you have seen, not what you think.'],
      fields: [
        { name: 'size', type: 'text-single', required: true, description: 'How many' },
        { type: 'text-single' },
        { type: 'text-single' },
        { type: 'text-single' },
        { type: 'list-single', options: [{ value: 'seen' }, { value: 'heard' }] },
        { type: 'text-multi' },
      ],
    });
  });

  it.each([
    ['what is required', [one('size', '')], 'required'],
    ['a choice that is not offered', [SIZE, one('how', 'guessed')], 'choice'],
    ['a field that it does not have', [SIZE, one('other', 'x')], 'unknown'],
    ['two lines where one belongs', [one('size', 'a', 'b')], 'length'],
    ['lines without end', [SIZE, one('more', ...Array<string>(41).fill('x'))], 'length'],
    ['a line without end', [SIZE, one('more', 'x'.repeat(513))], 'length'],
  ] as const)('wants %s', (_name, answers, expected) => {
    expect(problem(...answers.map(({ name, values }) => one(name, ...values)))).toBe(expected);
  });

  it.each([
    ['count', '12', true],
    ['count', '-3', true],
    ['count', '1.5', false],
    ['count', 'six', false],
    ['when', '260314ZNOV26', true],
    ['when', '260314z nov 2026', true],
    ['when', '260314JNOV26', false],
    ['when', '320314ZNOV26', false],
    ['when', '262414ZNOV26', false],
    ['when', '03:14', false],
    ['where', '18SUJ2348306479', true],
    ['where', '18S UJ 23483 06479', true],
    ['where', '18suj', true],
    ['where', '18SUJ234', false],
    ['where', '18S UJ 234 06479', false],
    ['where', '61SUJ2306', false],
    ['where', '18IUJ2306', false],
    ['where', '38.88, -77.03', false],
  ] as const)('%s takes %s: %s', (name, value, good) => {
    expect(problem(SIZE, one(name, value)) === undefined).toBe(good);
  });

  it('goes out as a text and a form that say the same, without what was not filled in', () => {
    const form = filledTemplate(TEMPLATE, [
      one('size', ' six\u202e vehicles '),
      one('where', '18suj2348306479'),
      one('when', ''),
      one('more', 'first', '', 'second'),
    ]);
    expect(formText(form)).toBe(
      'SPOTREP\n1. Size: six vehicles\n4. Location: 18SUJ2348306479\n6. Remarks: first\n  second',
    );
    expect(form.fields.map(({ name }) => name)).toEqual(['FORM_TYPE', 'size', 'where', 'more']);
  });
});
