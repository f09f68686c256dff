/** The guard's verdicts under a policy, in short form. */
import type { FullJid } from '../../src/shared/jid.ts';
import type { GuardPolicy } from '../../src/shared/session-contract.ts';
import { createGuardConfig, type Direction, guard } from '../../src/xmpp/guard/index.ts';
import { guardPolicy } from './guard-policy.ts';
import { parseStanza } from './parse-stanza.ts';

export const SERVICES = ['rooms.chat.mil'];

/** Bob is a contact whose presence Alice sees. */
export function under(changes: Partial<GuardPolicy>, askedArchive?: (id: string) => boolean) {
  const config = createGuardConfig(
    guardPolicy('chat.mil', SERVICES, { partners: [{ domain: 'partner.gov' }], ...changes }),
    'alice@chat.mil/desk' as FullJid,
    askedArchive,
    (bare) => bare === 'bob@chat.mil',
  );
  const judge = (direction: Direction, text: string) => guard(direction, parseStanza(text), config);
  const short = (direction: Direction, text: string): string => {
    const verdict = judge(direction, text);
    if (verdict.action === 'allow') return 'allow';
    return verdict.action === 'rewrite'
      ? `rewrite ${verdict.reason}`
      : `refuse ${verdict.reason} ${verdict.condition}${verdict.answer ? ' !' : ''}`;
  };
  const rewritten = (direction: Direction, text: string): string => {
    const verdict = judge(direction, text);
    return verdict.action === 'rewrite' ? verdict.stanza.toString() : verdict.action;
  };
  return { in: (text: string) => short('in', text), out: (text: string) => short('out', text), rewritten };
}

export const BOB = "from='bob@chat.mil/x' to='alice@chat.mil/desk'";
