/** What PKCS#11 writes differently: points of elliptic curves, and ECDSA signatures. */
import type { SignatureAlgorithm } from '../../shared/crypto.ts';

/** CKA_EC_PARAMS (an object identifier, or Ed25519's PrintableString), and the SPKI around a point of that curve. */
const CURVES: readonly {
  readonly algorithm: SignatureAlgorithm;
  readonly parameters: readonly string[];
  readonly spkiHead: string;
  readonly pointBytes: number;
}[] = [
  {
    algorithm: 'ed25519',
    parameters: ['06032b6570', '130c656477617264733235353139'],
    spkiHead: '302a300506032b6570032100',
    pointBytes: 32,
  },
  {
    algorithm: 'ecdsa-p256-sha256',
    parameters: ['06082a8648ce3d030107'],
    spkiHead: '3059301306072a8648ce3d020106082a8648ce3d030107034200',
    pointBytes: 65,
  },
  {
    algorithm: 'ecdsa-p384-sha384',
    parameters: ['06052b81040022'],
    spkiHead: '3076301006072a8648ce3d020106052b81040022036200',
    pointBytes: 97,
  },
];

const OCTET_STRING = 0x04;
const INTEGER = 0x02;
const SEQUENCE = 0x30;

/** The SPKI (DER) of CKA_EC_PARAMS and CKA_EC_POINT; the point is an OCTET STRING, with some tokens bare. */
export function spkiOfPoint(parameters: Uint8Array, point: Uint8Array): Buffer | undefined {
  const name = Buffer.from(parameters).toString('hex');
  const curve = CURVES.find((each) => each.parameters.includes(name));
  if (curve === undefined) return undefined;
  const { pointBytes, spkiHead } = curve;
  const wrapped = point.length === pointBytes + 2 && point[0] === OCTET_STRING && point[1] === pointBytes;
  const bare = wrapped ? point.subarray(2) : point;
  return bare.length === pointBytes ? Buffer.concat([Buffer.from(spkiHead, 'hex'), bare]) : undefined;
}

/** An unsigned number as a DER INTEGER: no leading zeros but the one that keeps it positive. */
function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const digits = first === -1 ? Uint8Array.of(0) : bytes.subarray(first);
  const positive = (digits[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), digits]) : digits;
  return Buffer.concat([Buffer.from([INTEGER, positive.length]), positive]);
}

/** An ECDSA signature as PKCS#11 gives it (r and s of equal length, at most 96 bytes) as DER (RFC 3279, 2.2.3). */
export function ecdsaToDer(raw: Uint8Array): Buffer {
  const half = raw.length / 2;
  const body = Buffer.concat([integer(raw.subarray(0, half)), integer(raw.subarray(half))]);
  return Buffer.concat([Buffer.from([SEQUENCE, body.length]), body]);
}
