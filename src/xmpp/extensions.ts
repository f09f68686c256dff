/** The extensions in use, made once for a sign-in. */
import type { ExtensionHost } from './extension.ts';
import { Carbons } from './xep-0280-carbons/carbons.ts';

/** By name, for those who use them. */
export type Extensions = {
  readonly carbons: Carbons;
};

export function createExtensions(host: ExtensionHost): Extensions {
  return { carbons: new Carbons(host) };
}
