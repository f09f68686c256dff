/**
 * MDM on macOS: a configuration profile that carries the signed bundle and the machine file as managed preferences, and
 * the script that puts them where the client reads them. A profile is readable by every user, so it never carries the
 * enrolment, which is a secret; it says where the MDM has put that file.
 */
import { createHash } from 'node:crypto';
import { CliError } from '../cli-error.ts';
import { xml } from './xml.ts';

const DOMAIN = 'org.sallyport.policy';
/** Bytes of base64 on a line, as property lists usually have them. */
const LINE = 68;

export interface ProfileOptions {
  readonly organization: string;
  /** Reverse DNS name of the profile. */
  readonly identifier: string;
  readonly bundle: Uint8Array;
  /** machine.json; absent: placed in another way. */
  readonly machine?: Uint8Array;
  /** Where the MDM has put the enrolment file, readable by root alone. */
  readonly enrolmentPath?: string;
  /** The update manifest; absent: the computer has none any more. */
  readonly update?: Uint8Array;
}

/** A UUID (RFC 9562, version 8) out of a name: the same input makes the same profile. */
function uuidOf(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\0');
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex').toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function data(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return `<data>\n${lines.join('\n')}\n</data>`;
}

function entry(key: string, value: string): string {
  return `<key>${xml(key)}</key>\n${value}\n`;
}

const string = (text: string) => `<string>${xml(text)}</string>`;

function header(identifier: string, uuid: string, name: string, type: string): string {
  return [
    entry('PayloadType', string(type)),
    entry('PayloadVersion', '<integer>1</integer>'),
    entry('PayloadIdentifier', string(identifier)),
    entry('PayloadUUID', string(uuid)),
    entry('PayloadDisplayName', string(name)),
  ].join('');
}

/** The profile, an XML property list. It is not signed here: the MDM signs it, and the bundle in it is signed anyway. */
export function mobileconfig(options: ProfileOptions): string {
  const { organization, identifier, bundle, machine, enrolmentPath, update } = options;
  if (!/^[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}$/.test(identifier)) {
    throw new CliError('usage', '--identifier: a reverse DNS name such as mil.example.sallyport');
  }
  if (enrolmentPath !== undefined && !/^\/[^\p{Cc}]{1,1000}$/u.test(enrolmentPath)) {
    throw new CliError('usage', '--enrolment-path: an absolute path');
  }
  const inner = [
    header(
      `${identifier}.bundle`,
      uuidOf(identifier, bundle, machine ?? '', ...(update === undefined ? [] : [update])),
      'Sallyport policy',
      DOMAIN,
    ),
    entry('PolicyBundle', data(bundle)),
    machine === undefined ? '' : entry('Machine', data(machine)),
    update === undefined ? '' : entry('UpdateManifest', data(update)),
    enrolmentPath === undefined ? '' : entry('EnrolmentPath', string(enrolmentPath)),
  ].join('');
  const outer = [
    header(identifier, uuidOf(identifier), 'Sallyport policy', 'Configuration'),
    entry('PayloadOrganization', string(organization)),
    entry('PayloadScope', string('System')),
    entry('PayloadContent', `<array>\n<dict>\n${inner}</dict>\n</array>`),
  ].join('');
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
${outer}</dict>
</plist>
`;
}

/** The script that an MDM runs as root after the profile has arrived; macOS 12 and later. */
export const PLACE_SCRIPT = `#!/bin/sh
# Puts Sallyport's signed policy where the client reads it. Runs as root, by the MDM, after the profile has arrived.
set -eu
umask 022
source='/Library/Managed Preferences/${DOMAIN}.plist'
target='/Library/Application Support/Sallyport'

install -d -o root -g wheel -m 0755 "$target"

# Ends with 1 where the profile does not have it; what cannot be placed ends the script, and what was there stays.
place() {
  text=$(/usr/bin/plutil -extract "$1" raw -o - "$source" 2>/dev/null) || return 1
  new="$target/.$2.new"
  printf '%s' "$text" | /usr/bin/base64 -D > "$new" || exit 1
  chown root:wheel "$new" || exit 1
  chmod 0644 "$new" || exit 1
  mv -f "$new" "$target/$2" || exit 1
}

place Machine machine.json || true
place PolicyBundle policy.bundle || true
place UpdateManifest update.manifest || rm -f "$target/update.manifest"

if path=$(/usr/bin/plutil -extract EnrolmentPath raw -o - "$source" 2>/dev/null) && [ -f "$path" ]; then
  install -o root -g staff -m 0640 "$path" "$target/enrolment.json"
  rm -f "$path"
fi
`;
