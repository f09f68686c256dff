/**
 * XEP-0030 Service Discovery, version 2.5, and XEP-0115 Entity Capabilities, version 1.6: what this client can do, and no more.
 */
import type { CryptoPort } from '../../shared/crypto.ts';
import { NS } from '../namespaces.ts';
import { type Element, xml } from '../xml.ts';

const IDENTITY = { category: 'client', type: 'pc', name: 'Sallyport' } as const;
/** What is told whatever extensions there are. */
const FEATURES: readonly string[] = [NS.caps, NS.discoInfo, NS.muc, NS.ping, NS.receipts];
/** XEP-0115 4: identifies the software; resolved by nobody. */
const CAPS_NODE = 'https://sallyport.example';

/**
 * XEP-0115 5.1: the name of what this client can do. With SHA-256; where it wants to hear of personal events, with SHA-1, if the
 * machine has it: Prosody looks up what clients want to hear of by that hash alone. Nothing depends on its strength.
 */
function verification(
  crypto: CryptoPort,
  features: readonly string[],
): { readonly hash: 'sha-1' | 'sha-256'; readonly ver: string } {
  const identity = `${IDENTITY.category}/${IDENTITY.type}//${IDENTITY.name}<`;
  const text = Buffer.from(identity + features.map((feature) => `${feature}<`).join(''), 'utf8');
  const listens = features.some((feature) => feature.endsWith('+notify'));
  const sha1 = listens ? crypto.sha1Name(text) : undefined;
  if (sha1 !== undefined) return { hash: 'sha-1', ver: Buffer.from(sha1).toString('base64') };
  return { hash: 'sha-256', ver: Buffer.from(crypto.sha256(text)).toString('base64') };
}

export class Disco {
  /** Sorted, as XEP-0115 5.1 hashes them. */
  readonly #features: readonly string[];
  readonly #hash: string;
  readonly #ver: string;

  /** @param features those of the extensions in use */
  constructor(crypto: CryptoPort, features: readonly string[] = []) {
    this.#features = [...new Set([...FEATURES, ...features])].sort();
    const { hash, ver } = verification(crypto, this.#features);
    this.#hash = hash;
    this.#ver = ver;
  }

  /** The `<c/>` of the own presence. */
  caps(): Element {
    return xml('c', { xmlns: NS.caps, hash: this.#hash, node: CAPS_NODE, ver: this.#ver });
  }

  /** Answers disco#info; unknown nodes get no answer of ours (`service-unavailable`). */
  onInfo(query: Element): Element | undefined {
    const { node } = query.attrs;
    if (node !== undefined && node !== `${CAPS_NODE}#${this.#ver}`) return undefined;
    return xml(
      'query',
      { xmlns: NS.discoInfo, node },
      xml('identity', IDENTITY),
      ...this.#features.map((feature) => xml('feature', { var: feature })),
    );
  }
}
