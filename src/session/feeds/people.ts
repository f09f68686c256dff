/** People whose own notices can be read as feeds (XEP-0277), where the policy has that: this user, and contacts of the own domain. */
import type { Contact } from '../../shared/chat-model.ts';
import { safeDisplayName } from '../../shared/display-name.ts';
import {
  FEED_LIMITS,
  type FeedAddress,
  type FeedListing,
  type FeedPage,
  PERSON_NODE,
} from '../../shared/feed-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { GuardPolicy } from '../../shared/session-contract.ts';

export interface PeopleOptions {
  readonly domain: string;
  /** The own address. */
  readonly self: () => BareJid;
  readonly author: string;
  readonly contacts: () => readonly Contact[];
}

/** `undefined` where the policy does not have it. */
export function feedPeople(
  {
    feeds,
    domain,
    displayName,
  }: {
    readonly feeds?: GuardPolicy['feeds'];
    readonly domain: string;
    readonly displayName: string;
  },
  self: PeopleOptions['self'],
  contacts: PeopleOptions['contacts'],
): FeedPeople | undefined {
  if (feeds?.people !== true) return undefined;
  return new FeedPeople({ domain, self, author: safeDisplayName(displayName).text, contacts });
}

export class FeedPeople {
  readonly #options: PeopleOptions;

  constructor(options: PeopleOptions) {
    this.#options = options;
  }

  /** What is asked for their list in place of a service. */
  get domain(): string {
    return this.#options.domain;
  }

  isMine({ service, node }: FeedAddress): boolean {
    return node === PERSON_NODE && service === this.#options.self();
  }

  /** This user first, then contacts whose presence is seen, by name. `after`: the address of the last one of the page before. */
  page(after: string | undefined): FeedPage {
    const { domain, self, contacts } = this.#options;
    const people = contacts()
      .filter(({ jid, subscription }) => {
        const seen = subscription === 'to' || subscription === 'both';
        return seen && jid.endsWith(`@${domain}`) && jid !== self();
      })
      .sort((left, right) => left.name.localeCompare(right.name))
      .map(({ jid, name }) => listing(jid, name));
    const all = [listing(self(), this.titleOf(self())), ...people];
    const from = after === undefined ? 0 : all.findIndex(({ service }) => String(service) === after) + 1;
    const feeds = all.slice(from, from + FEED_LIMITS.page);
    const last = feeds.at(-1);
    const more = last !== undefined && from + feeds.length < all.length;
    return { feeds, ...(more ? { next: last.service } : {}) };
  }

  /** The feeds of people among these ids: whom this user reads only this computer knows. */
  among(ids: readonly string[]): readonly FeedAddress[] {
    const tail = `/${PERSON_NODE}`;
    return ids
      .filter((id) => id.endsWith(`@${this.domain}${tail}`))
      .map((id) => ({ service: id.slice(0, -tail.length) as BareJid, node: PERSON_NODE }));
  }

  /** What a person's feed is called here. */
  titleOf(service: BareJid): string {
    const { self, author, contacts } = this.#options;
    if (service === self()) return author || service;
    return contacts().find(({ jid }) => jid === service)?.name ?? service;
  }
}

function listing(service: BareJid, title: string): FeedListing {
  return { service, node: PERSON_NODE, title, description: '' };
}
