/**
 * The state of a workstation as `simulate` reads and writes it. On the workstation the file is authenticated with a key
 * of the keychain, which never leaves it; here it is only what somebody asks about, so that is not checked.
 */
import { existsSync } from 'node:fs';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import { EMPTY_STATE, type Envelope, type PolicyState, readEnvelope } from '../../policy/index.ts';
import { formatState, parseState } from '../../policy-files/state-format.ts';
import { readInput, writeOutput } from './files.ts';

/** No secret: what these files are for needs none. */
const NO_KEY = new Uint8Array(32);

function rootIn(text: string): Envelope | undefined {
  try {
    return readEnvelope(JSON.parse(text)?.state?.root);
  } catch {
    return undefined;
  }
}

/** The state in a file; the empty one where there is no file. Floors that cannot be read count as none. */
export function loadState(path: string): PolicyState {
  if (!existsSync(path)) return EMPTY_STATE;
  const text = readInput(path).toString('utf8');
  const { state } = parseState(text, NO_KEY, nodeCrypto);
  const root = rootIn(text);
  return root === undefined ? state : { ...state, root };
}

/** Keeps a state for the next simulation. */
export async function saveState(path: string, state: PolicyState): Promise<void> {
  await writeOutput(path, formatState(state, NO_KEY, nodeCrypto), { mode: 0o600, force: true });
}
