/**
 * docs/guide-it.md, chapters 8, 9 and 11, on a client that runs: what `sallyport-policy` signs is taken, an old bundle is
 * refused by name, and a new root arrives with the next bundle. The command is the one that administrators start.
 */
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOB } from '../../build/site/analysts.ts';
import type { DemoPolicy } from '../../build/site/policy.ts';
import type { Workstation } from '../../build/site/workstation.ts';
import { openStage, type Stage } from '../support/electron.ts';
import { bundlePolicyCommand, type PolicyCommand } from '../support/policy-command.ts';

const LIMIT_MS = 30_000;

let stage: Stage;
let desk: Workstation;
let policy: DemoPolicy;
let command: PolicyCommand;

beforeAll(async () => {
  command = bundlePolicyCommand();
  stage = await openStage({ name: 'guide-client', users: [BOB] });
  const client = await stage.seat(BOB);
  await client.chat.heading('Notice and consent').waitFor();
  desk = client.workstation;
  if (desk.policy === undefined) throw new Error('the desk was not set up by this run');
  policy = desk.policy;
});

afterAll(async () => {
  await stage?.stop();
  command?.remove();
});

const at = (name: string): string => join(desk.root, '..', name);

/** The policy with another sequence, as an editor would write it. */
function edited(sequence: number): string {
  writeFileSync(at(`policy-${sequence}.json`), JSON.stringify({ ...policy.policy, sequence }));
  return at(`policy-${sequence}.json`);
}

async function run(...args: string[]): Promise<void> {
  expect(
    await command.run(args[0] ?? '', '--trust-root', policy.trustRootFile, ...args.slice(1)),
  ).toMatchObject({
    code: 0,
    err: '',
  });
}

/** `cp bundle workstation/.new && mv workstation/.new workstation/policy.bundle`. */
function install(bundle: string): void {
  const machine = join(desk.root, 'machine');
  cpSync(bundle, join(machine, '.new'));
  renameSync(join(machine, '.new'), join(machine, 'policy.bundle'));
}

/** Waits for a decision of the client in its audit log. */
async function decided(event: string, detail: object): Promise<void> {
  const file = join(desk.root, 'user-data', 'audit', 'audit.jsonl');
  const records = () =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  await expect
    .poll(records, { timeout: LIMIT_MS })
    .toContainEqual(expect.objectContaining({ event, detail: expect.objectContaining(detail) }));
}

describe('a running client', () => {
  it('takes what sallyport-policy has signed', async () => {
    const [key] = policy.authority.keyFiles.policy;
    const [fresh] = policy.authority.keyFiles.freshness;
    const keys = ['--key', key ?? '', '--key', fresh ?? ''];
    await run('sign', '--policy', edited(2), ...keys, '--out', at('2.bundle'));
    install(at('2.bundle'));
    await decided('policy.activated', { sequence: 2 });
  });

  it('refuses the bundle from before by name', async () => {
    install(policy.bundleFile);
    await decided('policy.refused', { code: 'ROLLBACK' });
  });

  it('takes a new root with the next bundle, and refuses the last one of the old root', async () => {
    const { root, freshness, policy: old } = policy.authority.keyFiles;
    const stolen = join(old[0] ?? '', '..', '..', 'public', 'policy-1.pub.pem');
    const rootKeys = root.slice(0, 2).flatMap((file) => ['--key', file]);
    const floor = ['--min-sequence', `${policy.policy.policyId}=3`];
    await run('rotate-root', '--remove', stolen, ...floor, ...rootKeys, '--out', at('root-2.json'));
    const keys = ['--key', old[1] ?? '', '--key', freshness[0] ?? ''];
    const signing = ['--root', at('root-2.json'), '--policy', edited(3), ...keys];
    await run('sign', ...signing, '--out', at('3.bundle'));
    install(at('3.bundle'));
    await decided('policy.activated', { sequence: 3, rootVersion: 2 });
    install(at('2.bundle'));
    await decided('policy.refused', { code: 'ROOT_ROLLBACK' });
  });
});
