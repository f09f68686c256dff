/** What a picture's first bytes say of it, before anything decodes it: its kind and its size. Pure. */
import { PICTURE_LIMITS } from '../../shared/whiteboard.ts';

interface Size {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52] as const;

/** PNG 11.2.1: the header chunk comes first. */
function sizeOfPng(view: DataView): Size | undefined {
  if (view.byteLength < 24 || !PNG.every((byte, at) => view.getUint8(at) === byte)) return undefined;
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** ITU-T T.81 B.1.1.3: start of frame; the other markers of that range are tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** The first frame behind the segments that come before it. */
function sizeOfJpeg(view: DataView): Size | undefined {
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  let at = 2;
  while (at + 9 <= view.byteLength) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    // Image data before any frame, and markers without a length: no picture that is read here.
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda)) return undefined;
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** Whether bytes are a PNG or JPEG that is not too large to decode. */
export function isFitPicture(bytes: Uint8Array): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = sizeOfPng(view) ?? sizeOfJpeg(view);
  if (size === undefined) return false;
  const { width, height } = size;
  const { side, pixels } = PICTURE_LIMITS;
  return width > 0 && height > 0 && width <= side && height <= side && width * height <= pixels;
}
