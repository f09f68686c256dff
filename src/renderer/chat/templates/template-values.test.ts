import { describe, expect, it } from 'vitest';
import type { MessageTemplate } from '../../../shared/message-templates.ts';
import { templateProblem } from '../../../shared/message-templates.ts';
import { dateTimeGroup, freshValues } from './template-values.ts';

const AT = Date.UTC(2026, 10, 6, 3, 4);

describe('a template that is opened', () => {
  it('has the time filled in where it is asked for, as a date-time group that the template takes', () => {
    const field = { label: 'x', options: [] } as const;
    const template: MessageTemplate = {
      id: 't',
      title: 'T',
      fields: [
        { ...field, name: 'when', type: 'dtg', required: true },
        { ...field, name: 'until', type: 'dtg', required: false },
        { ...field, name: 'what', type: 'line', required: false },
      ],
    };
    const values = freshValues(template, AT);
    expect([...values]).toEqual([
      ['when', ['060304ZNOV26']],
      ['until', []],
      ['what', []],
    ]);
    expect(templateProblem(template, [{ name: 'when', values: [dateTimeGroup(AT)] }])).toBeUndefined();
  });
});
