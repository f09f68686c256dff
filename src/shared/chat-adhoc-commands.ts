/** What the chat window asks the session to do with commands of services; see `ChatCommand`. */
import type { AdHocStep } from './adhoc-contract.ts';
import type { FormAnswer } from './data-form.ts';
import type { BareJid } from './jid.ts';

export type AdHocChatCommand =
  /** Answered with `adHocCommands`; empty where the service offers none. `service`: the own domain, a room service or a room. */
  | { readonly type: 'list-adhoc'; readonly service: BareJid }
  /** Answered with `adHocStage`. */
  | { readonly type: 'start-adhoc'; readonly service: BareJid; readonly node: string }
  /** Answered with `adHocStage`; `answers` are to the form of the stage before, and empty with `prev`. */
  | {
      readonly type: 'step-adhoc';
      readonly run: string;
      readonly step: AdHocStep;
      readonly answers: readonly FormAnswer[];
    }
  /** Gives a run up; it is over whatever the service says. */
  | { readonly type: 'cancel-adhoc'; readonly run: string };
