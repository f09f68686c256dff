/** Whatever is in the file, and whatever the right keys have signed by mistake: accepted or refused by name, nothing else. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Forgery, forge, goodPolicy, inputFor, KEYS, ROOT_PLAN } from '../../build/site/policy-forge.ts';
import { night, withOverlays } from '../../build/site/policy-overlay-forge.ts';
import { canonicalBytes, makeRoot, signDocument, signPayload } from '../cli/policy/signing.ts';
import { nodeCrypto } from '../platform/node-crypto.ts';
import { POLICY_ERRORS } from '../shared/error-catalogue/policy.ts';
import { AppError } from '../shared/errors.ts';
import { canonicalText, type Envelope, PAYLOAD_TYPES, verifyBundle } from './index.ts';

/** `accepted`, or the code of the refusal; anything else that is thrown goes on. */
function judge(forgery: Partial<Forgery>): string {
  try {
    verifyBundle(inputFor(forgery), nodeCrypto);
    return 'accepted';
  } catch (error) {
    if (error instanceof AppError && Object.hasOwn(POLICY_ERRORS, error.code)) return error.code;
    throw error;
  }
}

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    null,
    [],
    {},
    '',
    0,
    -1,
    2 ** 53,
    'constructor',
    '/',
    '9999-99-99T99:99:99Z',
    '\u202e',
  ),
);

/** A copy in which one node, chosen by `at`, is another value, or has a member more. */
function mutate(value: unknown, at: number, other: unknown, name: string): unknown {
  let left = at;
  const visit = (node: unknown): unknown => {
    if (left === 0) {
      left -= 1;
      const isObject = typeof node === 'object' && node !== null && !Array.isArray(node);
      return isObject && name !== '' ? { ...node, [name]: other } : other;
    }
    left -= 1;
    if (Array.isArray(node)) return node.map(visit);
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(Object.entries(node).map(([key, member]) => [key, visit(member)]));
  };
  return visit(value);
}

function nodes(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, member) => sum + nodes(member), 1);
}

const mutation = fc.tuple(fc.nat(), odd, fc.constantFrom('', '', 'extra', 'toString', 'keyid', 'settings'));
const mutated = (document: unknown, [at, other, name]: readonly [number, unknown, string]): unknown =>
  mutate(document, at % nodes(document), other, name);

/** Each part of a bundle, changed and then signed by whoever may. */
const PARTS: readonly (readonly [
  name: string,
  document: unknown,
  forgery: (document: unknown) => Partial<Forgery>,
])[] = [
  [
    'the bundle',
    JSON.parse(Buffer.from(forge().bundle).toString('utf8')),
    (document) => ({ seal: () => document }),
  ],
  [
    'the policy',
    goodPolicy(),
    (document) => ({
      sealPolicy: () => signDocument(PAYLOAD_TYPES.policy, document, KEYS.policy.slice(0, 2)),
    }),
  ],
  [
    'the statement of freshness',
    JSON.parse(Buffer.from(forge().freshnessEnvelope.payload, 'base64').toString('utf8')),
    (document) => ({ sealFreshness: () => signDocument(PAYLOAD_TYPES.freshness, document, KEYS.freshness) }),
  ],
  [
    'a new root',
    makeRoot({ ...ROOT_PLAN, version: 2 }),
    (document) => ({ roots: [signDocument(PAYLOAD_TYPES.root, document, KEYS.root)] }),
  ],
  [
    'an overlay',
    JSON.parse(payloadText(firstOverlay())),
    (document) => withOverlays([night({ payload: canonicalBytes(document) })]),
  ],
];

function payloadText({ payload }: Envelope): string {
  return Buffer.from(payload, 'base64').toString('utf8');
}

function firstOverlay(): Envelope {
  const { bundle } = forge(withOverlays([night()]));
  return JSON.parse(Buffer.from(bundle).toString('utf8')).overlays[0];
}

describe('verifyBundle answers by name', () => {
  it('to any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(judge({ bytes: () => noise })).not.toBe('accepted');
      }),
    );
  });

  it('to any signed bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), (noise) => {
        const keys = KEYS.policy.slice(0, 2);
        // A single digit is canonical JSON, and no policy.
        expect(['NOT_CANONICAL', 'SCHEMA']).toContain(
          judge({ sealPolicy: () => signPayload(PAYLOAD_TYPES.policy, noise, keys) }),
        );
      }),
    );
  });

  it.each(PARTS)('to %s in which one thing is another', (_name, document, forgery) => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(mutation, (change) => {
        const changed = mutated(document, change);
        fc.pre(canonicalText(changed) !== undefined && !canonicalText(changed)?.includes('"__proto__"'));
        seen.add(judge(forgery(changed)));
      }),
      { numRuns: 150 },
    );
    expect([...seen].some((code) => code !== 'accepted')).toBe(true);
  });
});
