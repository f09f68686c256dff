/** From an address that the network names to a request target at the approved gate; there is no other way to one. */
import type { FileGatePolicy } from '../../shared/session-contract.ts';
import { isGateUrl } from '../guard/files.ts';

/** Path and query of `url` if it is at the approved gate, below its path; `undefined` for every other address. */
export function gateTarget(url: string, gate: FileGatePolicy): string | undefined {
  if (!isGateUrl(url, gate)) return undefined;
  return url.slice(url.indexOf('/', 'https://'.length));
}
