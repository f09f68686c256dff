/**
 * Data forms (XEP-0004) as plain data: what a form asks, and whether answers fit it. A form comes from the network: it is bounded
 * and harmless by the time it is one of these, and it is never more than labels, texts and choices.
 */

/** XEP-0004 3.3. */
export type FormFieldType =
  | 'boolean'
  | 'fixed'
  | 'hidden'
  | 'jid-multi'
  | 'jid-single'
  | 'list-multi'
  | 'list-single'
  | 'text-multi'
  | 'text-private'
  | 'text-single';

export interface FormOption {
  readonly label: string;
  readonly value: string;
}

export interface FormField {
  /** The field's `var`; empty only for `fixed`. Unique in the form. */
  readonly name: string;
  readonly type: FormFieldType;
  /** What a person reads; empty where the form has none. */
  readonly label: string;
  readonly description: string;
  readonly required: boolean;
  /** What is filled in, or said; one line each. */
  readonly values: readonly string[];
  /** Of lists only. */
  readonly options: readonly FormOption[];
}

export interface DataForm {
  /** `form` is to be filled in, `result` only to be read. */
  readonly type: 'form' | 'result';
  readonly title: string;
  readonly instructions: readonly string[];
  readonly fields: readonly FormField[];
  /** Rows of a table (3.4), each the values of `columns` in their order; one text each. */
  readonly columns: readonly Pick<FormField, 'name' | 'label' | 'type'>[];
  readonly rows: readonly (readonly string[])[];
}

/** What was filled in. */
export interface FormAnswer {
  readonly name: string;
  readonly values: readonly string[];
}

/** Bounds of a form; what is beyond them is left out where a form comes in, and refused where one goes out. */
export const FORM_LIMITS = {
  fields: 200,
  options: 500,
  values: 500,
  /** UTF-16 code units of a name. */
  name: 256,
  /** Of a label, description, instruction or value. */
  text: 1024,
  columns: 20,
  rows: 1000,
} as const;

/** Why answers do not fit: something required is empty, or something is not what the field takes. */
export interface FormProblem {
  readonly field: string;
  readonly problem:
    | 'required'
    | 'choice'
    | 'boolean'
    | 'address'
    | 'length'
    | 'unknown'
    | 'number'
    | 'dtg'
    | 'mgrs';
}

const MULTIPLE: ReadonlySet<FormFieldType> = new Set(['jid-multi', 'list-multi', 'text-multi', 'hidden']);

/** Whether a field holds several values. */
export function isMultiple(type: FormFieldType): boolean {
  return MULTIPLE.has(type);
}

/** XEP-0004 3.3 and XML Schema's boolean. */
export function isTrue(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

const BOOLEANS: ReadonlySet<string> = new Set(['0', '1', 'true', 'false']);

function problemOf(
  { type, required, options }: FormField,
  values: readonly string[],
  isAddress: (text: string) => boolean,
): FormProblem['problem'] | undefined {
  const filled = values.filter((value) => value !== '');
  if (values.length > FORM_LIMITS.values || values.some((value) => value.length > FORM_LIMITS.text))
    return 'length';
  if (!isMultiple(type) && values.length > 1) return 'length';
  if (required && filled.length === 0) return 'required';
  switch (type) {
    case 'boolean':
      return filled.every((value) => BOOLEANS.has(value)) ? undefined : 'boolean';
    case 'list-single':
    case 'list-multi':
      return filled.every((value) => options.some((option) => option.value === value)) ? undefined : 'choice';
    case 'jid-single':
    case 'jid-multi':
      return filled.every(isAddress) ? undefined : 'address';
    default:
      return undefined;
  }
}

/**
 * The first thing that is wrong with answers to a form; `undefined` where they fit. An answer to what the form does not ask
 * (`unknown`), or to a field that is only shown or hidden, never fits.
 */
export function formProblem(
  form: DataForm,
  answers: readonly FormAnswer[],
  isAddress: (text: string) => boolean,
): FormProblem | undefined {
  const given = new Map(answers.map(({ name, values }) => [name, values]));
  if (given.size !== answers.length) return { field: '', problem: 'unknown' };
  for (const field of form.fields) {
    const values = given.get(field.name);
    given.delete(field.name);
    if (field.type === 'fixed' || field.type === 'hidden') {
      if (values !== undefined) return { field: field.name, problem: 'unknown' };
      continue;
    }
    const problem = problemOf(field, values ?? field.values, isAddress);
    if (problem !== undefined) return { field: field.name, problem };
  }
  const [unknown] = given.keys();
  return unknown === undefined ? undefined : { field: unknown, problem: 'unknown' };
}
