/** What is filled into a data form: pure, so that forms can be tested without a window. */
import {
  type DataForm,
  type FormAnswer,
  type FormField,
  isMultiple,
  isTrue,
} from '../../../shared/data-form.ts';

/** By the name of the field; only fields that can be filled in. */
export type FormValues = ReadonlyMap<string, readonly string[]>;

export function isAsked({ type }: Pick<FormField, 'type'>): boolean {
  return type !== 'fixed' && type !== 'hidden';
}

/** What the form comes with. */
export function initialValues(form: DataForm): FormValues {
  return new Map(form.fields.filter(isAsked).map(({ name, values }) => [name, values]));
}

export function withValue(values: FormValues, name: string, value: readonly string[]): FormValues {
  return new Map(values).set(name, value);
}

/** What goes back: every field that was asked, also unchanged ones (XEP-0004 3.1). Empty lines say nothing. */
export function answersOf(form: DataForm, values: FormValues): readonly FormAnswer[] {
  return form.fields.filter(isAsked).map((field) => {
    const given = values.get(field.name) ?? [];
    if (field.type === 'boolean') return { name: field.name, values: [isTrue(given[0]) ? '1' : '0'] };
    const keepsLines = field.type === 'text-multi';
    return {
      name: field.name,
      values: keepsLines ? trimmedEnd(given) : given.filter((value) => value !== ''),
    };
  });
}

function trimmedEnd(lines: readonly string[]): readonly string[] {
  let length = lines.length;
  while (length > 0 && lines[length - 1] === '') length -= 1;
  return lines.slice(0, length);
}

/** Lines of a text area. */
export function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}

/** Whether a field is one with several lines on the screen. */
export function isLong(field: FormField): boolean {
  return isMultiple(field.type) && field.options.length === 0;
}
