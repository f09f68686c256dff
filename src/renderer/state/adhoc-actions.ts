/** What the user can do with commands of services (XEP-0050). */
import type { AdHocStep } from '../../shared/adhoc-contract.ts';
import type { ChatReply } from '../../shared/chat-model.ts';
import type { FormAnswer } from '../../shared/data-form.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ActionRunner } from './action-runner.ts';

/** Methods that resolve with an answer leave errors to the caller to show. */
export interface AdHocActions {
  /** Opens the dialog, with the commands of `service`, or of the own server. */
  show(service?: BareJid): void;
  list(service: BareJid): Promise<ChatReply>;
  start(service: BareJid, node: string): Promise<ChatReply>;
  step(run: string, step: AdHocStep, answers: readonly FormAnswer[]): Promise<ChatReply>;
  /** Gives a run up; nothing more comes of it. */
  cancel(run: string): void;
}

export function createAdHocActions({ updateView, run: send }: ActionRunner): AdHocActions {
  return {
    show: (service) => updateView((view) => ({ ...view, dialog: 'adhoc', adHocService: service })),
    list: (service) => send({ type: 'list-adhoc', service }),
    start: (service, node) => send({ type: 'start-adhoc', service, node }),
    step: (run, step, answers) => send({ type: 'step-adhoc', run, step, answers }),
    cancel: (run) => void send({ type: 'cancel-adhoc', run }),
  };
}
