/** Which label the next message of a conversation has. Pure. */
import type { AppState } from '../../../shared/app-state.ts';
import type { BareJid } from '../../../shared/jid.ts';
import {
  type LabelChoice,
  type LabelRules,
  labelChoice,
  type SecurityLabel,
} from '../../../shared/labels.ts';

export interface CurrentLabel extends LabelChoice {
  /** Absent: none. */
  readonly label: SecurityLabel | undefined;
  /** Nothing may be sent before a label is chosen. */
  readonly missing: boolean;
}

/** The policy's labels; `undefined`: it has none. */
export function labelRulesOf(app: AppState | undefined): LabelRules | undefined {
  return app?.kind === 'running' ? app.policy.labels : undefined;
}

/**
 * @param chosen the id that was chosen last in this conversation; one that may not be sent any more does not count
 */
export function currentLabel(
  rules: LabelRules,
  conversation: BareJid,
  chosen: string | undefined,
): CurrentLabel {
  const choice = labelChoice(rules, conversation);
  const label = choice.allowed.find(({ id }) => id === chosen) ?? choice.preset;
  return { ...choice, label, missing: label === undefined && choice.required };
}
