import type { ReactElement } from 'react';
import type { ChatMessage } from '../../../shared/chat-model.ts';
import type { DataForm } from '../../../shared/data-form.ts';
import { formText } from '../../../shared/message-templates.ts';

/** The form that a message is shown as; `undefined` where it says something else than the text, as after a correction. */
export function shownForm({ form, body }: Pick<ChatMessage, 'form' | 'body'>): DataForm | undefined {
  return form !== undefined && formText(form) === body ? form : undefined;
}

/** A filled form in place of a message's text: the same words, in columns. */
export function FormMessage({ form }: { readonly form: DataForm }): ReactElement {
  return (
    <div className="form-message">
      <p className="form-message-title" dir="auto">
        {form.title}
      </p>
      <dl>
        {form.fields
          .filter(({ type }) => type !== 'hidden' && type !== 'fixed')
          .map(({ name, label, values }) => (
            <div key={name} className="form-message-row">
              <dt dir="auto">{label === '' ? name : label}</dt>
              <dd dir="auto">{values.join('\n')}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
}
