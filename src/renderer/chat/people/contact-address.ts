/** The address of somebody who is to be added, out of what was typed. Pure. */
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import { MAX_CONTACT_GROUPS, MAX_GROUP_NAME } from '../../../shared/chat-people-commands.ts';
import { type BareJid, parseJid, toBareJid } from '../../../shared/jid.ts';

export type People = PresentationPolicy['people'];

export type TypedAddress =
  | { readonly ok: true; readonly jid: BareJid }
  | { readonly ok: false; readonly problem: 'invalid' | 'outside' };

/** Without an `@`, somebody of the own domain. `outside`: the policy names no such domain. */
export function typedAddress(typed: string, domain: string, { partnerDomains }: People): TypedAddress {
  const text = typed.trim();
  const full = text.includes('@') ? text : `${text}@${domain}`;
  const parts = parseJid(full);
  const jid = toBareJid(full);
  if (parts?.local === undefined || parts.resource !== undefined || jid === undefined) {
    return { ok: false, problem: 'invalid' };
  }
  const approved = parts.domain === domain.toLowerCase() || partnerDomains.includes(parts.domain);
  return approved ? { ok: true, jid } : { ok: false, problem: 'outside' };
}

/** Whether the policy lets this user ask for somebody's presence (/contacts/subscriptions). */
export function mayAsk(jid: BareJid, domain: string, { subscriptions, partnerDomains }: People): boolean {
  const of = parseJid(jid)?.domain ?? '';
  if (subscriptions === 'none') return false;
  return of === domain.toLowerCase() || (subscriptions === 'partners' && partnerDomains.includes(of));
}

/** Groups as they were typed, each once; `undefined`: too many, or too long a name. */
export function typedGroups(typed: string): readonly string[] | undefined {
  const groups = [...new Set(typed.split(',').map((group) => group.trim()))].filter((group) => group !== '');
  const fits = groups.length <= MAX_CONTACT_GROUPS && groups.every(({ length }) => length <= MAX_GROUP_NAME);
  return fits ? groups : undefined;
}
