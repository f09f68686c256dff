import type { ReactElement } from 'react';
import type { DataForm, FormField } from '../../../shared/data-form.ts';
import { isTrue } from '../../../shared/data-form.ts';
import { SCROLLABLE } from '../../parts/scrollable.ts';
import { FORM_TEXT } from '../../text/forms.ts';

function shown({ type, values }: FormField): string {
  return type === 'boolean' ? (isTrue(values[0]) ? FORM_TEXT.yes : FORM_TEXT.no) : values.join('\n');
}

/** A data form that is only to be read: its fields, and its table. */
export function FormResult({ form }: { readonly form: DataForm }): ReactElement {
  const fields = form.fields.filter(({ type }) => type !== 'hidden');
  return (
    <>
      {form.instructions.map((line) => (
        <p key={line} className="hint" dir="auto">
          {line}
        </p>
      ))}
      {fields.length === 0 ? null : (
        <dl className="facts">
          {fields.map((field, index) => (
            <div key={field.name === '' ? `fixed-${index}` : field.name} className="fact">
              <dt dir="auto">{field.label === '' ? field.name : field.label}</dt>
              <dd dir="auto" className="form-value">
                {shown(field)}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {form.columns.length === 0 ? null : <Table form={form} />}
    </>
  );
}

function Table({ form }: { readonly form: DataForm }): ReactElement {
  // Rows have no name, and their order never changes.
  const rows = form.rows.map((cells, index) => ({ id: `row-${index}`, cells }));
  if (rows.length === 0) return <p className="hint">{FORM_TEXT.noRows}</p>;
  return (
    <section className="form-table" aria-label={form.title === '' ? undefined : form.title} {...SCROLLABLE}>
      <table>
        <thead>
          <tr>
            {form.columns.map(({ name, label }) => (
              <th key={name} scope="col" dir="auto">
                {label === '' ? name : label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, cells }) => (
            <tr key={id}>
              {form.columns.map(({ name }, column) => (
                <td key={name} dir="auto">
                  {cells[column]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
