/** Templates. */
import type { TemplateCommand } from '../../shared/chat-template-commands.ts';
import type { FormAnswer } from '../../shared/data-form.ts';
import { MAX_TEMPLATE_LINE, MAX_TEMPLATE_LINES } from '../../shared/message-templates.ts';
import { asFields, hasOnly, jidOf, kindOf, labelOf, type Parsers, textOf } from './fields.ts';
import { lineOf } from './people.ts';

const MAX_NAME = 64;
const MAX_ANSWERS = 64;

export const TEMPLATE_PARSERS: Parsers<TemplateCommand> = {
  'send-template': (fields) => {
    const conversation = jidOf(fields.conversation);
    const kind = kindOf(fields.kind);
    const template = textOf(fields.template, 1, MAX_NAME);
    const answers = answersOf(fields.answers);
    const label = labelOf(fields.label);
    if (!hasOnly(fields, ['type', 'conversation', 'kind', 'template', 'answers', 'label'])) return undefined;
    if (conversation === undefined || kind === undefined) return undefined;
    if (template === undefined || answers === undefined) return undefined;
    return label && { type: 'send-template', conversation, kind, template, answers, ...label };
  },
};

function answersOf(value: unknown): readonly FormAnswer[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_ANSWERS) return undefined;
  const answers: FormAnswer[] = [];
  for (const item of value as readonly unknown[]) {
    const fields = asFields(item);
    const name = textOf(fields?.name, 1, MAX_NAME);
    const values = linesOf(fields?.values);
    if (fields === undefined || !hasOnly(fields, ['name', 'values'])) return undefined;
    if (name === undefined || values === undefined) return undefined;
    answers.push({ name, values });
  }
  return answers;
}

function linesOf(value: unknown): readonly string[] | undefined {
  if (!Array.isArray(value) || value.length > MAX_TEMPLATE_LINES) return undefined;
  const lines: string[] = [];
  for (const item of value as readonly unknown[]) {
    const line = lineOf(item, 0, MAX_TEMPLATE_LINE);
    if (line === undefined) return undefined;
    lines.push(line);
  }
  return lines;
}
