/** Commands of services: which, and how a run goes on. */
import { ADHOC_LIMITS, ADHOC_STEPS } from '../../shared/adhoc-contract.ts';
import type { AdHocChatCommand } from '../../shared/chat-adhoc-commands.ts';
import { FORM_LIMITS } from '../../shared/data-form.ts';
import { type BareJid, toBareJid } from '../../shared/jid.ts';
import { hasOnly, MAX_ID_LENGTH, type Parsers, textOf } from './fields.ts';
import { answerOf, listOf } from './rooms.ts';

/** A bare address with or without a localpart. */
function serviceOf(value: unknown): BareJid | undefined {
  if (typeof value !== 'string') return undefined;
  const jid = toBareJid(value);
  return jid === value ? jid : undefined;
}

export const ADHOC_PARSERS: Parsers<AdHocChatCommand> = {
  'list-adhoc': (fields) => {
    const service = serviceOf(fields.service);
    if (!hasOnly(fields, ['type', 'service']) || service === undefined) return undefined;
    return { type: 'list-adhoc', service };
  },
  'start-adhoc': (fields) => {
    const service = serviceOf(fields.service);
    const node = textOf(fields.node, 1, ADHOC_LIMITS.node);
    if (!hasOnly(fields, ['type', 'service', 'node'])) return undefined;
    return service === undefined || node === undefined ? undefined : { type: 'start-adhoc', service, node };
  },
  'step-adhoc': (fields) => {
    const run = textOf(fields.run, 1, MAX_ID_LENGTH);
    const step = ADHOC_STEPS.find((one) => one === fields.step);
    const answers = listOf(fields.answers, 0, FORM_LIMITS.fields, answerOf);
    if (!hasOnly(fields, ['type', 'run', 'step', 'answers'])) return undefined;
    if (run === undefined || step === undefined || answers === undefined) return undefined;
    return { type: 'step-adhoc', run, step, answers };
  },
  'cancel-adhoc': (fields) => {
    const run = textOf(fields.run, 1, MAX_ID_LENGTH);
    if (!hasOnly(fields, ['type', 'run']) || run === undefined) return undefined;
    return { type: 'cancel-adhoc', run };
  },
};
