/** Names of members: nothing that unpacks outside of its folder or shows as what it is not. */
import { ArchiveRefusal } from './budget.ts';

const MAX_NAME_CHARACTERS = 1024;
/** Devices of Windows, whatever their extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** @throws ArchiveRefusal `archive-entry-name` */
export function checkEntryName(name: string): void {
  const bad =
    name.length > MAX_NAME_CHARACTERS ||
    /[\\:\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffd]/u.test(name) ||
    name.startsWith('/') ||
    name
      .replace(/\/$/, '')
      .split('/')
      .some((part, index) => part === '..' || (part === '' && index > 0) || DEVICE.test(part));
  if (bad || name === '') throw new ArchiveRefusal('archive-entry-name');
}
