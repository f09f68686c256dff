/**
 * Makes the icons of all platforms from icon.svg with rsvg-convert (Debian: librsvg2-bin). The results are in git, because
 * packaging must not need it: `node build/icons/make.mjs` after a change of the drawing.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const SIZES = [16, 24, 32, 48, 64, 128, 256, 512];

/** PNG entries of Apple's container by size. */
const ICNS_TYPES = { 128: 'ic07', 256: 'ic08', 512: 'ic09' };
const ICO_SIZES = [16, 24, 32, 48, 64, 128, 256];

function png(size) {
  const file = join(HERE, 'png', `${size}x${size}.png`);
  execFileSync('rsvg-convert', ['-w', String(size), '-h', String(size), '-o', file, join(HERE, 'icon.svg')]);
  return readFileSync(file);
}

/** A Windows icon: a directory of PNG images. */
function ico(images) {
  const head = Buffer.alloc(6 + 16 * ICO_SIZES.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(ICO_SIZES.length, 4);
  let offset = head.length;
  for (const [index, size] of ICO_SIZES.entries()) {
    const at = 6 + 16 * index;
    const { length } = images[size];
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += length;
  }
  return Buffer.concat([head, ...ICO_SIZES.map((size) => images[size])]);
}

function icns(images) {
  const parts = Object.entries(ICNS_TYPES).map(([size, type]) => {
    const head = Buffer.alloc(8, type, 'latin1');
    head.writeUInt32BE(images[size].length + 8, 4);
    return Buffer.concat([head, images[size]]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8, 'icns', 'latin1');
  head.writeUInt32BE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}

const images = Object.fromEntries(SIZES.map((size) => [size, png(size)]));
writeFileSync(join(HERE, 'icon.ico'), ico(images));
writeFileSync(join(HERE, 'icon.icns'), icns(images));
rmSync(join(HERE, 'png', '24x24.png'));
