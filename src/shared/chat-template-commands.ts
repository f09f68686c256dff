/** Messages out of the policy's templates; see `ChatCommand`. */
import type { ConversationKind } from './chat-model.ts';
import type { FormAnswer } from './data-form.ts';
import type { BareJid } from './jid.ts';

/** Sends a template of the policy as it was filled in. */
export interface TemplateCommand {
  readonly type: 'send-template';
  readonly conversation: BareJid;
  readonly kind: ConversationKind;
  /** The template's id. */
  readonly template: string;
  readonly answers: readonly FormAnswer[];
  /** As with `send-message`. */
  readonly label?: string;
}
