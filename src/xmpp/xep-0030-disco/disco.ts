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

/** XEP-0115 5.1, with SHA-256 (machines in FIPS mode refuse SHA-1). */
function verification(crypto: CryptoPort, features: readonly string[]): string {
  const identity = `${IDENTITY.category}/${IDENTITY.type}//${IDENTITY.name}<`;
  const text = identity + features.map((feature) => `${feature}<`).join('');
  return Buffer.from(crypto.sha256(Buffer.from(text, 'utf8'))).toString('base64');
}

export class Disco {
  /** Sorted, as XEP-0115 5.1 hashes them. */
  readonly #features: readonly string[];
  readonly #ver: string;

  /** @param features those of the extensions in use */
  constructor(crypto: CryptoPort, features: readonly string[] = []) {
    this.#features = [...new Set([...FEATURES, ...features])].sort();
    this.#ver = verification(crypto, this.#features);
  }

  /** The `<c/>` of the own presence. */
  caps(): Element {
    return xml('c', { xmlns: NS.caps, hash: 'sha-256', node: CAPS_NODE, ver: this.#ver });
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
