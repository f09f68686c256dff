/** The people of the demo and of the tests, and the policy that their organisation signs. */
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { OFFICIAL_LABELS } from '../../src/cli/policy/official-labels.ts';
import type { PolicySettingsInput } from '../../src/policy/index.ts';
import type { CardUser, Pki } from './pki.ts';
import { TEMPLATES } from './templates.ts';

export const DOMAIN = 'chat.sallyport.test';
export const ROOM_SERVICE = `conference.${DOMAIN}`;
export const FEED_SERVICE = `feeds.${DOMAIN}`;
/** Epoch of the lock's keys. */
export const EPOCH = 1;

function analyst(
  account: string,
  number: number,
  surname: string,
  keyType: CardUser['keyType'],
  pin: string,
): CardUser {
  const edipi = String(1_000_000_000 + number);
  return {
    account,
    commonName: `${surname}.${account.toUpperCase()}.A.${edipi}`,
    edipi,
    upn: `${edipi}@mil`,
    email: `${account}@${DOMAIN}`,
    keyType,
    pin,
  };
}

/** Alice's card has RSA keys, Bob's P-256. */
export const ALICE = analyst('alice', 1, 'ALLEN', 'rsa2048', '24681357');
export const BOB = analyst('bob', 2, 'BAKER', 'p256', '135790');
/** Has a valid card, but the server refuses the account. */
export const CAROL = analyst('carol', 3, 'CARTER', 'p256', '77777777');
/** Has a card whose certificate has expired. */
export const DAVE: CardUser = { ...analyst('dave', 4, 'DAVIS', 'p256', '77777777'), state: 'expired' };

/** How the others see an analyst. */
export const NAMES: Readonly<Record<string, string>> = {
  alice: 'Alice Allen',
  bob: 'Bob Baker',
  carol: 'Carol Carter',
  dave: 'Dave Davis',
};

/** The PKCS#11 module of Debian's opensc-pkcs11 for this machine. */
export function openscModule(): { readonly path: string; readonly sha256: string } {
  const triplets = ['x86_64-linux-gnu', 'aarch64-linux-gnu'];
  const found = triplets
    .map((triplet) => `/usr/lib/${triplet}/opensc-pkcs11.so`)
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error("Debian's opensc-pkcs11 is not installed");
  const path = realpathSync(found);
  return { path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex') };
}

/** Base64 DER of the first certificate in a PEM file. */
function derOf(file: string): string {
  return new X509Certificate(readFileSync(file)).raw.toString('base64');
}

/** The pin of a certificate: `sha256/` and the base64 of the SHA-256 of its SubjectPublicKeyInfo. */
export function pinOf(file: string): string {
  const key = new X509Certificate(readFileSync(file)).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(key).digest('base64')}`;
}

const CONSENT = `You are accessing a demonstration system. It belongs to nobody, and all its keys, certificates and messages are thrown away.

On a real system this notice says who owns it, that its use is monitored and recorded, that there is no expectation of privacy, and that using it means agreeing to that.

Choose “Accept” to go on to your card.`;

/** Files through the site's gate, saved where the desks have a folder for them. */
function fileSettings(pki: Pki, port: number): Pick<PolicySettingsInput, 'files' | 'desktop'> {
  return {
    files: {
      mode: 'gate',
      gate: { host: 'localhost', port, spkiPins: [pinOf(pki.server.good.certificate)], path: '/' },
      saveDirectories: [{ platform: 'linux', path: '~/Downloads' }],
    },
    desktop: { dragAndDrop: true },
  };
}

/** What the demo's organisation sets whatever its keys and ports are; the rest has defaults. */
export const ORGANISATION_SETTINGS = {
  organization: {
    name: 'Sallyport Demonstration Site',
    support: 'This is a demonstration. Nobody answers at extension 0000.',
  },
  domain: DOMAIN,
  lock: { epochs: [EPOCH] },
  rooms: { services: [ROOM_SERVICE], create: true },
  features: { commands: true, whiteboard: true, acknowledgements: true },
  watchwords: [
    {
      name: 'Contact reports',
      severity: 'critical' as const,
      sound: 'urgent' as const,
      repeat: false,
      words: ['under fire', 'missile*'],
    },
  ],
  feeds: {
    services: [FEED_SERVICE],
    subscribe: [{ service: FEED_SERVICE, node: 'weather' }],
    publish: true,
    people: true,
  },
  classification: {
    banner: { text: 'UNCLASSIFIED // DEMONSTRATION', background: '#007a33', foreground: '#ffffff' },
    labels: OFFICIAL_LABELS.map((label) => ({ ...label })),
    defaultLabel: 'unclassified',
    maximumLabel: 'secret',
    labelRequired: true,
  },
  templates: TEMPLATES.map((template) => ({
    ...template,
    fields: template.fields.map((field) => ({ ...field, options: [...field.options] })),
  })),
  consent: { title: 'Notice and consent', text: CONSENT },
};

/** All that the demo's organisation sets. With a gate's port, files are on. */
export function siteSettings(pki: Pki, port: number, gatePort?: number): PolicySettingsInput {
  return {
    ...ORGANISATION_SETTINGS,
    servers: [{ host: '127.0.0.1', port, spkiPins: [pinOf(pki.server.good.certificate)], priority: 10 }],
    trustAnchors: [derOf(pki.ca.root.certificate)],
    authentication: { modules: [{ ...openscModule(), platform: 'linux' }] },
    ...(gatePort === undefined ? {} : fileSettings(pki, gatePort)),
  };
}
