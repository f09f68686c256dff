/** What is filled into a template before it is sent. Pure. */
import { type MessageTemplate, templateForm } from '../../../shared/message-templates.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { type FormValues, initialValues } from '../forms/form-values.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'] as const;
const two = (number: number): string => String(number % 100).padStart(2, '0');

/** `260314ZNOV26`. */
export function dateTimeGroup(at: number): string {
  const time = new Date(at);
  const clock = `${two(time.getUTCHours())}${two(time.getUTCMinutes())}Z`;
  return `${two(time.getUTCDate())}${clock}${MONTHS[time.getUTCMonth()] ?? ''}${two(time.getUTCFullYear())}`;
}

/** Nothing but the time, where it is asked for: reports are of what was seen just now. */
export function freshValues(template: MessageTemplate, now: number): FormValues {
  const values = new Map(initialValues(templateForm(template)));
  for (const { name, type, required } of template.fields) {
    if (type === 'dtg' && required) values.set(name, [dateTimeGroup(now)]);
  }
  return values;
}

/** Under which a template of a conversation is kept while it is filled in. */
export function templateDraftKey({ jid }: ConversationKey, template: string): string {
  return `${jid} ${template}`;
}
