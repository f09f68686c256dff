import type { ConversationKind } from '../../shared/chat-model.ts';
import type { TemplateCommand } from '../../shared/chat-template-commands.ts';
import type { DataForm } from '../../shared/data-form.ts';
import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import {
  filledTemplate,
  formText,
  type MessageTemplate,
  templateProblem,
} from '../../shared/message-templates.ts';
import { done, type Handlers } from '../commands/handlers.ts';

export interface FormMessage {
  readonly body: string;
  readonly form: DataForm;
  readonly label?: string;
}

export interface TemplateHandlerOptions {
  /** The policy's. */
  readonly templates: readonly MessageTemplate[];
  /** Sends a message and shows it. */
  send(conversation: BareJid, kind: ConversationKind, message: FormMessage): void;
}

/** Text and form are made here: a window says what was filled in, and nothing else. */
export function templateHandlers({ templates, send }: TemplateHandlerOptions): Handlers<TemplateCommand> {
  return {
    'send-template': done(({ conversation, kind, template: id, answers, label }) => {
      const template = templates.find((one) => one.id === id);
      if (template === undefined) throw new AppError('TEMPLATE_UNKNOWN');
      const problem = templateProblem(template, answers);
      if (problem !== undefined) throw new AppError('TEMPLATE_INCOMPLETE', { field: problem.field });
      const form = filledTemplate(template, answers);
      send(conversation, kind, { body: formText(form), form, ...(label === undefined ? {} : { label }) });
    }),
  };
}
