/**
 * The state of a workstation as `simulate` reads and writes it. On the workstation the file is authenticated with a key
 * of the keychain, which never leaves it; here it is only what somebody asks about, so that is not checked.
 */
import { existsSync } from 'node:fs';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import { EMPTY_STATE, type PolicyState, readEnvelope } from '../../policy/index.ts';
import { formatState, parseState } from '../../policy-files/state-format.ts';
import { CliError } from './cli-error.ts';
import { readInput, readJson, writeOutput } from './files.ts';

const FORMAT = 'sallyport.state/1';
/** No secret: what these files are for needs none. */
const NO_KEY = new Uint8Array(32);

function stateIn(path: string): { readonly root?: unknown } {
  const file = readJson(path);
  if (typeof file === 'object' && file !== null && Reflect.get(file, 'format') === FORMAT) {
    const state: unknown = Reflect.get(file, 'state');
    if (typeof state === 'object' && state !== null) return state;
  }
  throw new CliError('usage', `${path} is no state of a client (${FORMAT})`);
}

/**
 * The state in a file; the empty one where there is no file.
 *
 * @throws CliError `usage` for a file that is no state: to take it for an empty one would promise too much
 */
export function loadState(path: string): PolicyState {
  if (!existsSync(path)) return EMPTY_STATE;
  const { root } = stateIn(path);
  const { state } = parseState(readInput(path).toString('utf8'), NO_KEY, nodeCrypto);
  if (state === EMPTY_STATE) throw new CliError('usage', `${path} holds marks that cannot be read`);
  if (root === undefined) return state;
  try {
    return { ...state, root: readEnvelope(root) };
  } catch (error) {
    throw new CliError('usage', `${path} holds a root that cannot be read`, { cause: error });
  }
}

/** Keeps a state for the next simulation. */
export async function saveState(path: string, state: PolicyState): Promise<void> {
  await writeOutput(path, formatState(state, NO_KEY, nodeCrypto), { mode: 0o600, force: true });
}
