/** Overlays: signed tightenings of a policy, for all or for some of its computers. */
import {
  type Envelope,
  isCovered,
  PAYLOAD_TYPES,
  type Policy,
  type Root,
  readOverlay,
  settingAt,
} from '../../policy/index.ts';
import { CliError } from './cli-error.ts';
import type { SigningKey } from './keys.ts';
import { payloadSha256, signDocument } from './signing.ts';

/** `POINTER=JSON`; what is no JSON is a text. */
export function overlaySetting(text: string): { readonly pointer: string; readonly value: unknown } {
  const at = text.indexOf('=');
  const pointer = text.slice(0, at);
  if (at < 1 || settingAt(pointer) === undefined) {
    throw new CliError('usage', `--set: POINTER=VALUE of a setting, not ${JSON.stringify(text)}`);
  }
  const written = text.slice(at + 1);
  try {
    return { pointer, value: JSON.parse(written) };
  } catch {
    return { pointer, value: written };
  }
}

/**
 * Signs an overlay with the keys that the root lists for it.
 *
 * @throws CliError `usage` for an overlay or a pointer that the root does not allow, `key` for keys of somebody else
 */
export function signOverlay(document: unknown, root: Root, keys: readonly SigningKey[]): Envelope {
  const overlay = readOverlay(document);
  const role = root.roles[`overlay:${overlay.name}`];
  const allowed = root.overlays[overlay.name];
  if (role === undefined || allowed === undefined) {
    throw new CliError(
      'usage',
      `the root has no overlay ${overlay.name}: rotate-root --allow-overlay and --add`,
    );
  }
  const stray = overlay.settings.find(({ pointer }) => !allowed.some((each) => isCovered(pointer, each)));
  if (stray !== undefined)
    throw new CliError('usage', `the root does not let ${overlay.name} change ${stray.pointer}`);
  const known = new Map(role.keyids.map((keyid) => [root.keys[keyid]?.spki, keyid] as const));
  const signing = keys.map((key) => {
    const keyid = known.get(key.spki);
    if (keyid === undefined)
      throw new CliError('key', `the root does not let key ${key.keyid} sign ${overlay.name}`);
    return { ...key, keyid };
  });
  return signDocument(PAYLOAD_TYPES.overlay, overlay, signing);
}

/** A policy that lists exactly these overlays. @param named each envelope with the name that its payload gives */
export function withOverlays(
  policy: Policy,
  named: readonly { readonly name: string; readonly envelope: Envelope }[],
): Policy {
  const { overlays: _before, ...rest } = policy;
  if (named.length === 0) return rest;
  const names = named.map(({ name }) => name);
  if (new Set(names).size < names.length) throw new CliError('usage', 'each overlay once');
  return {
    ...rest,
    overlays: Object.fromEntries(named.map(({ name, envelope }) => [name, payloadSha256(envelope)])),
  };
}
