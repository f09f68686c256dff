/** Marking a file as one that came from elsewhere, in the way each desktop asks before it opens one. */
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** An extended attribute. */
export interface Attribute {
  readonly name: string;
  readonly value: Uint8Array;
}

/** How a platform marks a file: an NTFS stream beside it, or extended attributes. */
export type OriginMark =
  | { readonly kind: 'stream'; readonly name: string; readonly content: string }
  | { readonly kind: 'attributes'; readonly attributes: readonly Attribute[] };

/** URLZONE_INTERNET of Windows' URL security zones. */
const ZONE_INTERNET = 3;
/** As browsers write them for a download that nobody has approved yet: Gatekeeper asks. */
const QUARANTINE_FLAGS = '0081';

/**
 * The mark of a file from `source`.
 *
 * Windows: the stream `Zone.Identifier` ([MS-FSCC] 5.6.1). macOS: `com.apple.quarantine` with flags, seconds since 1970 in
 * hex, the program and an id. Linux: `user.xdg.origin.url` (freedesktop.org, Common Extended Attributes).
 *
 * @param source address of the gate, ASCII
 * @param now milliseconds since 1970
 * @param id a UUID
 */
export function originMark(platform: NodeJS.Platform, source: string, now: number, id: string): OriginMark {
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'));
  if (platform === 'win32') {
    const content = `[ZoneTransfer]\r\nZoneId=${ZONE_INTERNET}\r\nHostUrl=${source}\r\n`;
    return { kind: 'stream', name: 'Zone.Identifier', content };
  }
  if (platform === 'darwin') {
    const seconds = Math.floor(now / 1000).toString(16);
    const value = bytes(`${QUARANTINE_FLAGS};${seconds};Sallyport;${id.toUpperCase()}`);
    return { kind: 'attributes', attributes: [{ name: 'com.apple.quarantine', value }] };
  }
  return {
    kind: 'attributes',
    attributes: [
      { name: 'user.xdg.origin.url', value: bytes(source) },
      { name: 'user.xdg.publisher', value: bytes('Sallyport') },
    ],
  };
}

/**
 * Marks the file at `path`. False where the file system takes no mark; only Linux goes on then, where no program asks
 * for it and the file can't be run anyway.
 */
export async function markOrigin(path: string, mark: OriginMark): Promise<boolean> {
  if (mark.kind === 'attributes') return setAttributes(path, mark.attributes);
  try {
    await writeFile(`${path}:${mark.name}`, mark.content, { flag: 'w' });
    return true;
  } catch {
    return false;
  }
}

/** setxattr(2); Node has no way to it. The library is loaded with the first file, not with the program. */
function setAttributes(path: string, attributes: readonly Attribute[]): boolean {
  // Its CommonJS half is what is shipped.
  const koffi = createRequire(__filename)('koffi') as typeof import('koffi');
  if (process.platform === 'darwin') {
    const set = koffi
      .load('libSystem.B.dylib')
      .func('int setxattr(const char *, const char *, const void *, size_t, uint32_t, int)');
    return attributes.every(({ name, value }) => set(path, name, value, value.length, 0, 0) === 0);
  }
  const set = koffi
    .load('libc.so.6')
    .func('int setxattr(const char *, const char *, const void *, size_t, int)');
  return attributes.every(({ name, value }) => set(path, name, value, value.length, 0) === 0);
}
