/** The classic messages with a fixed form, as the demo's policy has them. */
import type { MessageTemplate, TemplateField } from '../../src/shared/message-templates.ts';

function field(name: string, label: string, more: Partial<TemplateField> = {}): TemplateField {
  return { name, label, type: 'line', required: false, options: [], ...more };
}

const required = { required: true } as const;
const now = { type: 'dtg', hint: 'For example 260314ZNOV26.' } as const;
const place = { type: 'mgrs', hint: 'MGRS, for example 18SUJ2348306479.' } as const;

const NINE_LINE: MessageTemplate = {
  id: 'nine-line-medevac',
  title: '9-LINE MEDEVAC',
  instructions: 'Lines 1 to 5 bring the aircraft; send them first if there is no time for all.',
  fields: [
    field('pickup', '1. Location of pickup site', { ...place, ...required }),
    field('frequency', '2. Frequency and call sign', required),
    field('precedence', '3. Patients by precedence', {
      ...required,
      hint: 'A urgent, B urgent surgical, C priority, D routine, E convenience.',
    }),
    field('equipment', '4. Special equipment', {
      ...required,
      type: 'choice',
      options: ['A none', 'B hoist', 'C extraction equipment', 'D ventilator'],
    }),
    field('patients', '5. Patients by type', { ...required, hint: 'L litter, A ambulatory.' }),
    field('security', '6. Security at pickup site', {
      type: 'choice',
      options: [
        'N no enemy troops',
        'P possible enemy troops, approach with caution',
        'E enemy troops in area, approach with caution',
        'X enemy troops in area, armed escort required',
      ],
    }),
    field('marking', '7. Marking of pickup site', {
      type: 'choice',
      options: ['A panels', 'B pyrotechnic signal', 'C smoke signal', 'D none', 'E other'],
    }),
    field('nationality', '8. Patients’ nationality and status'),
    field('terrain', '9. Terrain and obstacles, CBRN', { type: 'lines' }),
  ],
};

const SPOTREP: MessageTemplate = {
  id: 'spotrep',
  title: 'SPOTREP',
  instructions: 'What was seen, not what it may mean.',
  fields: [
    field('observed', 'Date and time', { ...now, ...required }),
    field('unit', 'Reporting unit', required),
    field('size', 'Size', required),
    field('activity', 'Activity', { ...required, type: 'lines' }),
    field('location', 'Location', { ...place, ...required }),
    field('source', 'Source', {
      type: 'choice',
      options: ['Own observation', 'Sensor', 'Local population', 'Other unit'],
    }),
    field('assessment', 'Assessment', { type: 'lines' }),
  ],
};

const SALUTE: MessageTemplate = {
  id: 'salute',
  title: 'SALUTE',
  fields: [
    field('size', 'Size', { ...required, hint: 'How many people, vehicles, aircraft.' }),
    field('activity', 'Activity', { ...required, type: 'lines', hint: 'What they do.' }),
    field('location', 'Location', { ...place, ...required }),
    field('unit', 'Unit', { hint: 'Markings, uniforms, patches.' }),
    field('time', 'Time', { ...now, ...required }),
    field('equipment', 'Equipment', { hint: 'Weapons, vehicles, radios.' }),
  ],
};

export const TEMPLATES: readonly MessageTemplate[] = [NINE_LINE, SPOTREP, SALUTE];
