/** A filled form in a message (XEP-0004 3.1 `result`), beside the text that says the same. */
import { type DataForm, FORM_LIMITS } from '../../shared/data-form.ts';
import { formText } from '../../shared/message-templates.ts';
import { NS } from '../namespaces.ts';
import { type Element, toXmlText, xml } from '../xml.ts';
import { readForm } from './forms.ts';

export function buildFormMessage({ title, fields }: DataForm): Element {
  return xml(
    'x',
    { xmlns: NS.dataForms, type: 'result' },
    title === '' ? undefined : xml('title', {}, toXmlText(title)),
    ...fields.map(({ name, type, label, values }) =>
      xml(
        'field',
        { var: name, type, label: label === '' ? undefined : label },
        ...values.map((value) => xml('value', {}, toXmlText(value))),
      ),
    ),
  );
}

/** The form of a message whose text is `body`; `undefined` where there is none, or one that says something else. */
export function readFormMessage(message: Element, body: string): DataForm | undefined {
  const form = readForm(message);
  if (form?.type !== 'result' || form.fields.length === 0 || form.rows.length > 0) return undefined;
  if (form.fields.length > FORM_LIMITS.fields || formText(form) !== body) return undefined;
  return form;
}
