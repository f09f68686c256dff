/** What the guard decides by: the policy and, once it is known, the own account. */
import { type BareJid, type FullJid, type JidParts, parseJid } from '../../shared/jid.ts';
import type { GuardPolicy } from '../../shared/session-contract.ts';
import { type FeedPayloads, feedPayloads } from './feeds.ts';
import { createLabelBook, type LabelBook } from './labels.ts';
import { type Payloads, payloadsOf } from './payloads.ts';

/** XEP-0363's service, where the policy has a file gate; XEP-0055's, where it has a directory; XEP-0060's, where it has feeds. */
export type Service = 'upload' | 'directory' | 'feeds';

/** An address as the guard sees it. */
export interface Address extends JidParts {
  readonly bare: string;
  /** Of the own domain, a room service, a partner, a feed service, or one of the services below the own domain. */
  readonly approved: boolean;
  /** Whether it belongs to one of the policy's room services. */
  readonly room: boolean;
  readonly own: boolean;
  readonly partner: boolean;
  /** A service that the policy has. They take and answer queries, and those of feeds tell of events. */
  readonly service: Service | undefined;
}

export interface GuardConfig {
  readonly policy: GuardPolicy;
  readonly domain: string;
  /** The own address, from resource binding on. */
  readonly account: BareJid | undefined;
  readonly jid: FullJid | undefined;
  readonly payloads: Payloads;
  /** In place of `payloads` for feed services. */
  readonly feedPayloads: FeedPayloads;
  readonly labels: LabelBook;
  /** Whether this client has asked that archive under this query id and is still being answered (XEP-0313 4.2). */
  askedArchive(queryId: string, archive: string): boolean;
  /** Whether this user sees that person's presence (RFC 6121 3.1). */
  seesPresence(bare: string): boolean;
  /** Parses and classifies; `undefined` for what is no address. Results are kept for the addresses met most recently. */
  resolve(text: string): Address | undefined;
}

/** Parsing an address takes longer than all other rules together, and the same few hundred come again and again. */
const MAX_KEPT = 4096;

/** Without `askedArchive` nothing has been asked, without `seesPresence` there are no contacts. */
export function createGuardConfig(
  policy: GuardPolicy,
  jid: FullJid | undefined,
  askedArchive: (queryId: string, archive: string) => boolean = () => false,
  seesPresence: (bare: string) => boolean = () => false,
): GuardConfig {
  const lower = (names: readonly string[]) => names.map((name) => name.toLowerCase());
  const rooms = new Set(lower(policy.rooms.services));
  const domain = policy.domain.toLowerCase();
  const partners = new Set(lower(policy.partners.map((partner) => partner.domain)));
  const services = new Map<string, Service>([
    ...(policy.fileGate === undefined ? [] : ([[`upload.${domain}`, 'upload']] as const)),
    ...lower(policy.feeds?.services ?? []).map((service) => [service, 'feeds'] as const),
    ...(policy.directory ? ([[`directory.${domain}`, 'directory']] as const) : []),
  ]);
  const kept = new Map<string, Address | undefined>();
  const classify = (text: string): Address | undefined => {
    const parts = parseJid(text);
    if (parts === undefined) return undefined;
    const bare = parts.local === undefined ? parts.domain : `${parts.local}@${parts.domain}`;
    const own = parts.domain === domain;
    const room = !own && rooms.has(parts.domain);
    const service = own || room || parts.resource !== undefined ? undefined : services.get(bare);
    const partner = !own && !room && service === undefined && partners.has(parts.domain);
    const approved = own || room || partner || service !== undefined;
    return { ...parts, bare, own, room, partner, service, approved };
  };
  return {
    policy,
    domain,
    jid,
    account: jid === undefined ? undefined : (jid.slice(0, jid.indexOf('/')) as BareJid),
    payloads: payloadsOf(policy),
    feedPayloads: feedPayloads(policy),
    labels: createLabelBook(policy),
    askedArchive,
    seesPresence,
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

/** Whether the peer may speak for the own account: no `from`, or the bare account itself. */
export function isOwnAccount(peer: Address | undefined, { account }: GuardConfig): boolean {
  return (
    peer === undefined || (account !== undefined && peer.bare === account && peer.resource === undefined)
  );
}
