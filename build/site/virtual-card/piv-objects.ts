/** What is on a PIV card: its description as a folder of files, and the data objects of SP 800-73-4 part 1. */
import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadSoftKey, type SoftKey } from './soft-key.ts';
import { tlv } from './tlv.ts';

const hex = (text: string): Buffer => Buffer.from(text.replace(/[^0-9a-f]/gi, ''), 'hex');

/** ATRs of cards that DoD issues or issued; OpenSC 0.23 knows them all. */
const ATRS: Readonly<Record<string, Buffer>> = {
  // IDEMIA (Oberthur) ID-One Cosmo V8.0, 2019 and later: OpenSC asks it for the PIN tries with an empty VERIFY.
  idemia: hex('3B D8 18 00 80 B1 FE 45 1F 07 80 31 C1 64 08 06 92 0F D5'),
  // Gemalto TOP DL GX4 144 / DLGX
  gemalto: hex('3B 7D 96 00 00 80 31 80 65 B0 83 11 17 D6 83 00 90 00'),
  // Unknown to OpenSC ("PIV-II generic"), T=0 only.
  generic: hex('3B 65 00 00 50 49 56 54 31'),
};

export const PIV_AID = hex('A0 00 00 03 08 00 00 10 00 01 00');

/** Certificate containers: key reference to tag of the data object. */
const CERTIFICATE_TAG: ReadonlyMap<number, number> = new Map([
  [0x9a, 0x5fc105],
  [0x9c, 0x5fc10a],
  [0x9d, 0x5fc10b],
  [0x9e, 0x5fc101],
]);

const TAG = {
  CCC: 0x5fc107,
  CHUID: 0x5fc102,
  PRINTED: 0x5fc109,
  HISTORY: 0x5fc10c,
  DISCOVERY: 0x7e,
} as const;

/** Objects that GET DATA gives only after VERIFY. */
export const PIN_PROTECTED: ReadonlySet<number> = new Set([0x5fc103, TAG.PRINTED, 0x5fc108, 0x5fc121]);

export interface CardDescription {
  /** LAST.FIRST.M.EDIPI */
  readonly name: string;
  /** 25 bytes, hex. */
  readonly fascn: string;
  /** The card's GUID. */
  readonly uuid: string;
  /** 6 to 8 digits. */
  readonly pin: string;
  readonly puk: string;
  /** PIN tries allowed. */
  readonly tries: number;
  readonly atr: Buffer;
  /** By key reference (9A, 9C, 9D, 9E). */
  readonly keys: ReadonlyMap<number, { readonly key: SoftKey; readonly certificate: Buffer }>;
}

function field(card: Record<string, unknown>, name: string): string {
  const value = card[name];
  if (typeof value !== 'string') throw new Error(`card.json has no ${name}`);
  return value;
}

/** Reads a card's folder as build/site/pki.ts makes it. */
export function loadCard(directory: string): CardDescription {
  const card: Record<string, unknown> = JSON.parse(readFileSync(join(directory, 'card.json'), 'utf8'));
  const keys = new Map<number, { key: SoftKey; certificate: Buffer }>();
  for (const reference of CERTIFICATE_TAG.keys()) {
    const base = join(directory, reference.toString(16));
    if (!existsSync(`${base}.crt`)) continue;
    keys.set(reference, {
      key: loadSoftKey(readFileSync(`${base}.key`)),
      certificate: new X509Certificate(readFileSync(`${base}.crt`)).raw,
    });
  }
  const atr = ATRS[field(card, 'atr')];
  if (atr === undefined) throw new Error('card.json names an unknown ATR');
  return {
    name: field(card, 'name'),
    fascn: field(card, 'fascn'),
    uuid: field(card, 'uuid'),
    pin: field(card, 'pin'),
    puk: field(card, 'puk'),
    tries: Number(card.tries ?? 3),
    atr,
    keys,
  };
}

/** The data objects by tag, each as GET DATA returns it. */
export function makeObjects(card: CardDescription): ReadonlyMap<number, Buffer> {
  const empty = (tag: number) => tlv(tag);
  const objects = new Map<number, Buffer>([
    [
      TAG.CHUID,
      tlv(
        0x53,
        tlv(0x30, hex(card.fascn)),
        tlv(0x34, hex(card.uuid)),
        tlv(0x35, Buffer.from('20351231')),
        empty(0x3e),
        empty(0xfe),
      ),
    ],
    [
      TAG.CCC,
      tlv(
        0x53,
        tlv(0xf0, hex('A0 00 00 01 16'), hex('02'), hex('00'), hex(card.uuid).subarray(0, 14)),
        tlv(0xf1, [0x21]),
        tlv(0xf2, [0x21]),
        empty(0xf3), // no other applets: with the CAC applet's URL here OpenSC calls the card a dual one
        tlv(0xf4, [0x00]),
        tlv(0xf5, [0x10]),
        ...[0xf6, 0xf7, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe].map(empty),
      ),
    ],
    [TAG.PRINTED, tlv(0x53, tlv(0x01, Buffer.from(card.name)), tlv(0x02, Buffer.from('USAF')), empty(0xfe))],
    [TAG.DISCOVERY, tlv(TAG.DISCOVERY, tlv(0x4f, PIV_AID), tlv(0x5f2f, [0x40, 0x00]))],
    [TAG.HISTORY, tlv(0x53, tlv(0xc1, [0]), tlv(0xc2, [0]), empty(0xfe))],
  ]);
  for (const [reference, tag] of CERTIFICATE_TAG) {
    const certificate = card.keys.get(reference)?.certificate;
    if (certificate) objects.set(tag, tlv(0x53, tlv(0x70, certificate), tlv(0x71, [0]), empty(0xfe)));
  }
  return objects;
}
