/**
 * Messages with a fixed form, as the policy has them (/templates): what is asked, whether it is filled in, and the text and the
 * form (XEP-0004) that go out. Pure: window and session judge by the same rules.
 */
import {
  type DataForm,
  type FormAnswer,
  type FormField,
  type FormProblem,
  formProblem,
} from './data-form.ts';
import { safeText } from './display-name.ts';

export type TemplateFieldType = 'line' | 'lines' | 'choice' | 'number' | 'dtg' | 'mgrs';

export interface TemplateField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly type: TemplateFieldType;
  readonly required: boolean;
  /** Of a choice only. */
  readonly options: readonly string[];
}

export interface MessageTemplate {
  readonly id: string;
  readonly title: string;
  readonly instructions?: string;
  readonly fields: readonly TemplateField[];
}

/** Before a template's id, the FORM_TYPE of its form (XEP-0068). */
export const TEMPLATE_FORM_TYPE = 'urn:sallyport:template:';
/** Lines of one field, and the length of each, in UTF-16 code units. */
export const MAX_TEMPLATE_LINES = 40;
export const MAX_TEMPLATE_LINE = 512;

/** DDHHMM, the time zone's letter, month and year: `260314ZNOV26`; spaces may stand between. */
const DTG =
  /^(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d ?[A-IK-Z] ?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC) ?(?:\d{2}|\d{4})$/;
/** Zone, band, square, and as many digits of easting as of northing: `18SUJ2348306479`. */
const MGRS = /^(?:[1-9]|[1-5]\d|60) ?[C-HJ-NP-X] ?[A-HJ-NP-Z][A-HJ-NP-V] ?(?:\d{1,5} \d{1,5}|(?:\d\d){0,5})$/;

const PATTERNS: Readonly<Partial<Record<TemplateFieldType, RegExp>>> = {
  number: /^[+-]?\d{1,15}$/,
  dtg: DTG,
  mgrs: MGRS,
};

const FORM_TYPES: Readonly<Record<TemplateFieldType, FormField['type']>> = {
  line: 'text-single',
  lines: 'text-multi',
  choice: 'list-single',
  number: 'text-single',
  dtg: 'text-single',
  mgrs: 'text-single',
};

/** The form to fill in. */
export function templateForm({ title, instructions, fields }: MessageTemplate): DataForm {
  return {
    type: 'form',
    title,
    instructions: instructions === undefined || instructions === '' ? [] : [instructions],
    fields: fields.map(({ name, label, hint, type, required, options }) => ({
      name,
      type: FORM_TYPES[type],
      label,
      description: hint ?? '',
      required,
      values: [],
      options: options.map((value) => ({ label: value, value })),
    })),
    columns: [],
    rows: [],
  };
}

/** The first thing that is wrong with what was filled in; `undefined` where it can be sent. */
export function templateProblem(
  template: MessageTemplate,
  answers: readonly FormAnswer[],
): FormProblem | undefined {
  const problem = formProblem(templateForm(template), answers, () => false);
  if (problem !== undefined) return problem;
  for (const { name, type } of template.fields) {
    const values = answers.find((answer) => answer.name === name)?.values ?? [];
    if (values.length > MAX_TEMPLATE_LINES || values.some(({ length }) => length > MAX_TEMPLATE_LINE)) {
      return { field: name, problem: 'length' };
    }
    const pattern = PATTERNS[type];
    const [value = ''] = values;
    if (pattern !== undefined && value !== '' && !fits(pattern, type, value)) {
      return { field: name, problem: type === 'dtg' || type === 'mgrs' ? type : 'number' };
    }
  }
  return undefined;
}

function fits(pattern: RegExp, type: TemplateFieldType, value: string): boolean {
  const text = value.trim().toUpperCase();
  if (!pattern.test(text)) return false;
  const digits = type === 'mgrs' ? / (\d+) (\d+)$/.exec(text) : null;
  return digits === null || digits[1]?.length === digits[2]?.length;
}

/** The form that goes out: what was filled in, and nothing that was not. */
export function filledTemplate(
  { id, title, fields }: MessageTemplate,
  answers: readonly FormAnswer[],
): DataForm {
  return {
    type: 'result',
    title,
    instructions: [],
    fields: [
      formTypeOf(id),
      ...fields.flatMap(({ name, label, type }): FormField[] => {
        const given = answers.find((answer) => answer.name === name)?.values ?? [];
        const values = given
          .map((value) => safeText(isUpper(type) ? value.toUpperCase() : value, MAX_TEMPLATE_LINE))
          .filter((value) => value !== '');
        if (values.length === 0) return [];
        return [
          { name, type: FORM_TYPES[type], label, description: '', required: false, values, options: [] },
        ];
      }),
    ],
    columns: [],
    rows: [],
  };
}

function formTypeOf(id: string): FormField {
  const values = [`${TEMPLATE_FORM_TYPE}${id}`];
  return {
    name: 'FORM_TYPE',
    type: 'hidden',
    label: '',
    description: '',
    required: false,
    values,
    options: [],
  };
}

function isUpper(type: TemplateFieldType): boolean {
  return type === 'dtg' || type === 'mgrs';
}

/**
 * The text of a filled form, for every client: the title, then a line for each field. A received form is shown in place of its
 * message's text only where the text is this: so no form says what the text, the archive and the search do not.
 */
export function formText({ title, fields }: DataForm): string {
  const lines = fields
    .filter(({ type }) => type !== 'hidden' && type !== 'fixed')
    .map(({ label, name, values }) => `${label === '' ? name : label}: ${values.join('\n  ')}`);
  return [title, ...lines].join('\n');
}
