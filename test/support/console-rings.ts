/** Two rings of policy for tests of the console, and an organisation that signs for them. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeUserDirectory, ordinaryUser } from '../../build/lib/ordinary-user.ts';
import { makeDemoPolicy } from '../../build/site/policy.ts';
import { goodPolicy } from '../../build/site/policy-forge.ts';
import { signBundle } from '../../src/cli/policy/sign.ts';
import type { Policy } from '../../src/policy/index.ts';

export interface Rings {
  /** For the console's configuration. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What the machines of a ring get. */
  fileOf(ring: string): string;
  /** The organisation's policy, sequence 1, changed and signed. */
  bundle(change: (policy: Policy) => Policy): Buffer;
  remove(): void;
}

/** The rings `first` and `all`. */
export async function makeRings(): Promise<Rings> {
  const directory = mkdtempSync(join(tmpdir(), 'sallyport-rings-'));
  const user = ordinaryUser();
  makeUserDirectory(user, directory, 0o755);
  chmodSync(directory, 0o755);
  for (const name of ['first', 'all']) makeUserDirectory(user, join(directory, name));
  const { authority, root, policy, machineFile, trustRootFile } = await makeDemoPolicy({
    directory: join(directory, 'organisation'),
    settings: goodPolicy().settings,
    machineId: 'WS-1',
  });
  for (const name of ['organisation', 'organisation/authority']) chmodSync(join(directory, name), 0o755);
  // Freshness is numbered by the second; two statements of one second would be an equivocation.
  let signedAt = 0;
  const fileOf = (ring: string) => join(directory, ring, 'policy.bundle');
  const ring = (name: string) => ({ name, file: fileOf(name), machine: machineFile });
  return {
    config: { policy: { trustRoot: trustRootFile, rings: [ring('first'), ring('all')] } },
    fileOf,
    bundle: (change) => {
      signedAt = Math.max(Date.now(), signedAt + 1_000);
      const { bytes } = signBundle({
        trustRoot: authority.rootEnvelope,
        roots: [],
        root,
        policy: change(policy),
        keys: [...authority.keys.policy, ...authority.keys.freshness],
        freshnessHours: 168,
        partial: false,
        now: signedAt,
      });
      return Buffer.from(bytes);
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
