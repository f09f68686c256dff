/**
 * Private keys encrypted with a passphrase: PKCS#8 EncryptedPrivateKeyInfo, PBES2 (RFC 8018) with scrypt (RFC 7914
 * section 7) and AES-256-CBC. Node writes PBKDF2 only; OpenSSL, and so Node, reads this form. scrypt and AES are
 * OpenSSL's; what is made here is the DER around them.
 */
import { createCipheriv, randomBytes, scryptSync } from 'node:crypto';

/** OpenSSL refuses to spend more than 32 MiB when it reads; N = 2^14 and r = 8 take 16 MiB, p = 5 makes up the time. */
const SCRYPT = { N: 16384, r: 8, p: 5 } as const;
const SALT_BYTES = 16;
const IV_BYTES = 16;
const KEY_BYTES = 32;

const OID_PBES2 = '2a864886f70d01050d';
const OID_SCRYPT = '2b06010401da47040b';
const OID_AES_256_CBC = '60864801650304012a';

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

function integer(value: number): Buffer {
  let digits = value.toString(16);
  if (digits.length % 2 === 1) digits = `0${digits}`;
  const bytes = Buffer.from(digits, 'hex');
  return der(INTEGER, (bytes[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.alloc(1), bytes]) : bytes);
}

const oid = (hex: string): Buffer => der(OBJECT_IDENTIFIER, Buffer.from(hex, 'hex'));

/** Encrypts a PKCS#8 PrivateKeyInfo (DER, under 64 KB) with a passphrase; the result is PEM. */
export function encryptPkcs8(privateKeyInfo: Uint8Array, passphrase: Uint8Array): string {
  const salt = randomBytes(SALT_BYTES);
  const iv = randomBytes(IV_BYTES);
  const key = scryptSync(passphrase, salt, KEY_BYTES, { ...SCRYPT, maxmem: 64 * 1024 * 1024 });
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const encrypted = Buffer.concat([cipher.update(privateKeyInfo), cipher.final()]);
  key.fill(0);
  const kdf = der(
    SEQUENCE,
    oid(OID_SCRYPT),
    der(
      SEQUENCE,
      der(OCTET_STRING, salt),
      integer(SCRYPT.N),
      integer(SCRYPT.r),
      integer(SCRYPT.p),
      integer(KEY_BYTES),
    ),
  );
  const scheme = der(SEQUENCE, oid(OID_AES_256_CBC), der(OCTET_STRING, iv));
  const algorithm = der(SEQUENCE, oid(OID_PBES2), der(SEQUENCE, kdf, scheme));
  const whole = der(SEQUENCE, algorithm, der(OCTET_STRING, encrypted));
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${lines.join('\n')}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
}
