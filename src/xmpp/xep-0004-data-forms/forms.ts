/** XEP-0004 Data Forms, version 2.13.1: reading a form from the network, and building the answer to one. */
import {
  type DataForm,
  FORM_LIMITS,
  type FormAnswer,
  type FormField,
  type FormFieldType,
  type FormOption,
} from '../../shared/data-form.ts';
import { safeText } from '../../shared/display-name.ts';
import { NS } from '../namespaces.ts';
import { childOf, childText, type Element, elementsOf, textOf, toXmlText, xml } from '../xml.ts';

const TYPES: ReadonlySet<string> = new Set<FormFieldType>([
  'boolean',
  'fixed',
  'hidden',
  'jid-multi',
  'jid-single',
  'list-multi',
  'list-single',
  'text-multi',
  'text-private',
  'text-single',
]);

/** What a person reads: without hidden characters, bounded. */
function label(text: string | undefined): string {
  return safeText(text ?? '', FORM_LIMITS.text);
}

function named(parent: Element, name: string): Element[] {
  return elementsOf(parent).filter((child) => child.is(name, NS.dataForms));
}

function valuesOf(field: Element): string[] {
  return named(field, 'value')
    .slice(0, FORM_LIMITS.values)
    .map((value) => textOf(value))
    .filter((value) => value.length <= FORM_LIMITS.text);
}

function optionsOf(field: Element): FormOption[] {
  const options = new Map<string, FormOption>();
  for (const option of named(field, 'option').slice(0, FORM_LIMITS.options)) {
    const value = childText(option, 'value', NS.dataForms);
    if (value === undefined || value.length > FORM_LIMITS.text || options.has(value)) continue;
    options.set(value, { value, label: label(option.attrs.label) || label(value) || value });
  }
  return [...options.values()];
}

/** 3.2: a field without a type is `text-single`, or, in a result, whatever it has values for. */
function typeOf(field: Element, result: boolean): FormFieldType {
  const { type } = field.attrs;
  if (type !== undefined && TYPES.has(type)) return type as FormFieldType;
  return result ? 'text-multi' : 'text-single';
}

function readField(field: Element, result: boolean): FormField | undefined {
  const type = typeOf(field, result);
  const name = field.attrs.var ?? '';
  if ((name === '' && type !== 'fixed') || name.length > FORM_LIMITS.name) return undefined;
  const values = valuesOf(field);
  return {
    name,
    type: name === 'FORM_TYPE' ? 'hidden' : type,
    label: label(field.attrs.label),
    description: label(childText(field, 'desc', NS.dataForms)),
    required: childOf(field, 'required', NS.dataForms) !== undefined,
    values: type === 'fixed' || result ? values.map(label) : values,
    options: type === 'list-single' || type === 'list-multi' ? optionsOf(field) : [],
  };
}

function readFields(parent: Element, result: boolean): FormField[] {
  const fields: FormField[] = [];
  const names = new Set<string>();
  for (const element of named(parent, 'field').slice(0, FORM_LIMITS.fields)) {
    const field = readField(element, result);
    if (field === undefined || names.has(field.name)) continue;
    if (field.name !== '') names.add(field.name);
    fields.push(field);
  }
  return fields;
}

function readRows(form: Element, columns: readonly { readonly name: string }[]): string[][] {
  return named(form, 'item')
    .slice(0, FORM_LIMITS.rows)
    .map((item) => {
      const cells = new Map(readFields(item, true).map((field) => [field.name, field.values.join('\n')]));
      return columns.map(({ name }) => cells.get(name) ?? '');
    });
}

/** Reads the form in `parent`; `undefined` where there is none to fill in or to read. */
export function readForm(parent: Element): DataForm | undefined {
  const form = childOf(parent, 'x', NS.dataForms);
  const type = form?.attrs.type;
  if (form === undefined || (type !== 'form' && type !== 'result')) return undefined;
  const reported = childOf(form, 'reported', NS.dataForms);
  const columns = reported === undefined ? [] : readFields(reported, true).slice(0, FORM_LIMITS.columns);
  return {
    type,
    title: label(childText(form, 'title', NS.dataForms)),
    instructions: named(form, 'instructions')
      .slice(0, 20)
      .map((line) => label(textOf(line))),
    fields: readFields(form, type === 'result'),
    columns: columns.map(({ name, label, type }) => ({ name, label, type })),
    rows: readRows(form, columns),
  };
}

/** The values of a field, as the form says them; empty where it has no such field. */
export function formValues(form: DataForm | undefined, name: string): readonly string[] {
  return form?.fields.find((field) => field.name === name)?.values ?? [];
}

/**
 * The answer to a form (3.1 `submit`): the hidden fields as they came, of the others those that were answered. Whether the answers
 * fit is `formProblem`'s to say.
 */
export function buildAnswer(form: DataForm, answers: readonly FormAnswer[]): Element {
  const hidden = form.fields.filter(({ type }) => type === 'hidden');
  return buildSubmit([...hidden, ...answers]);
}

/** A form of type `submit` with these fields. */
export function buildSubmit(fields: readonly FormAnswer[]): Element {
  return xml(
    'x',
    { xmlns: NS.dataForms, type: 'submit' },
    ...fields.map(({ name, values }) =>
      xml('field', { var: name }, ...values.map((value) => xml('value', {}, toXmlText(value)))),
    ),
  );
}
