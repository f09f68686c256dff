/**
 * XEP-0054 vcard-temp, version 1.3, read only: what the directory says of a person. Pictures, keys and addresses to go to are not
 * read; the guard takes them out before.
 */
import { MAX_FACT, type Profile } from '../../shared/directory.ts';
import { safeText } from '../../shared/display-name.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import { NS } from '../namespaces.ts';
import { childOf, childText, type Element, xml } from '../xml.ts';

function fact(parent: Element | undefined, name: string): string {
  return parent === undefined ? '' : safeText(childText(parent, name, NS.vcard) ?? '', MAX_FACT);
}

/** Reads a card; of several addresses or numbers the first. */
export function readProfile(vcard: Element): Profile {
  const organisation = childOf(vcard, 'ORG', NS.vcard);
  return {
    name: fact(vcard, 'FN'),
    title: fact(vcard, 'TITLE'),
    role: fact(vcard, 'ROLE'),
    unit: fact(organisation, 'ORGUNIT'),
    organisation: fact(organisation, 'ORGNAME'),
    email: fact(childOf(vcard, 'EMAIL', NS.vcard), 'USERID'),
    phone: fact(childOf(vcard, 'TEL', NS.vcard), 'NUMBER'),
  };
}

export class Profiles implements Extension {
  /** Nobody is told of cards: this client has none to give. */
  readonly features: readonly string[] = [];
  readonly #host: ExtensionHost;

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  /**
   * The profile of a person; `undefined` where the directory has none. Rejects with MESSAGE_REFUSED, STREAM_TIMEOUT,
   * NOT_CONNECTED or GUARD_REFUSED.
   */
  async load(person: BareJid): Promise<Profile | undefined> {
    const { requests, account } = this.#host;
    const to = person === account ? undefined : person;
    const answer = await requests.send('get', xml('vCard', { xmlns: NS.vcard }), to);
    const vcard = childOf(answer, 'vCard', NS.vcard);
    return vcard === undefined ? undefined : readProfile(vcard);
  }
}
