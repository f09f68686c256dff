/** What the guard decides by: the policy's domains and, once it is known, the own account. */
import { type BareJid, type FullJid, type JidParts, parseJid } from '../../shared/jid.ts';

/** An address as the guard sees it. */
export interface Address extends JidParts {
  readonly bare: string;
  readonly approved: boolean;
  /** Whether it belongs to one of the policy's room services. */
  readonly room: boolean;
}

export interface GuardConfig {
  readonly domain: string;
  /** The own address, from resource binding on. */
  readonly account: BareJid | undefined;
  readonly jid: FullJid | undefined;
  /** Parses and classifies; `undefined` for what is no address. Results are kept for the addresses met most recently. */
  resolve(text: string): Address | undefined;
}

export interface GuardDomains {
  readonly domain: string;
  readonly roomServices: readonly string[];
  readonly partnerDomains: readonly string[];
}

/** Parsing an address takes longer than all other rules together, and the same few hundred come again and again. */
const MAX_KEPT = 4096;

export function createGuardConfig(domains: GuardDomains, jid: FullJid | undefined): GuardConfig {
  const lower = (names: readonly string[]) => names.map((name) => name.toLowerCase());
  const rooms = new Set(lower(domains.roomServices));
  const domain = domains.domain.toLowerCase();
  const approved = new Set([domain, ...rooms, ...lower(domains.partnerDomains)]);
  const kept = new Map<string, Address | undefined>();
  const classify = (text: string): Address | undefined => {
    const parts = parseJid(text);
    if (parts === undefined) return undefined;
    const bare = parts.local === undefined ? parts.domain : `${parts.local}@${parts.domain}`;
    return { ...parts, bare, approved: approved.has(parts.domain), room: rooms.has(parts.domain) };
  };
  return {
    domain,
    jid,
    account: jid === undefined ? undefined : (jid.slice(0, jid.indexOf('/')) as BareJid),
    resolve(text) {
      const known = kept.get(text);
      if (known !== undefined || kept.has(text)) return known;
      if (kept.size >= MAX_KEPT) kept.clear();
      const address = classify(text);
      kept.set(text, address);
      return address;
    },
  };
}
