/**
 * The attack suite of the signed policy: each attack is made with real files on a workstation with a clock of its own,
 * and two are asked what they make of it, the client's loader and `sallyport-policy` as a process.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawPolicy, settingsWith } from '../../build/site/policy-attack-parts.ts';
import { BUNDLE_ATTACKS } from '../../build/site/policy-attacks.ts';
import { forge, NOW } from '../../build/site/policy-forge.ts';
import { idle, night, withOverlays } from '../../build/site/policy-overlay-forge.ts';
import { formatTime } from '../../src/policy/index.ts';
import { POLICY_ERRORS } from '../../src/shared/error-catalogue/policy.ts';
import { bundlePolicyCommand, type PolicyCommand } from '../support/policy-command.ts';
import { isIntact, PolicySimulator } from '../support/policy-simulator.ts';
import { ATTACKS, type Row } from '../support/policy-simulator-table.ts';

const TABLE: readonly Row[] = [
  ...BUNDLE_ATTACKS.map(
    ([name, code, exit, forgery, conditions = {}]): Row => [name, code, exit, { forgery, conditions }],
  ),
  ...ATTACKS,
];

/** Codes of the policy module that no verification ends with. */
const NOT_OF_THE_VERIFICATION: ReadonlySet<string> = new Set([
  'POLICY_CHANGED',
  'POLICY_RESTART',
  'POLICY_DROP_REFUSED',
  'POLICY_EXPORT_FAILED',
  'SESSION_LIMIT',
]);

const base = mkdtempSync(join(tmpdir(), 'sallyport-attacks-'));
let command: PolicyCommand;
let simulator: PolicySimulator;

beforeAll(async () => {
  command = bundlePolicyCommand();
  simulator = new PolicySimulator(base, command.file);
  await simulator.prepare();
});
afterAll(() => {
  command?.remove();
  rmSync(base, { recursive: true, force: true });
});

/** What the command says, by how it ends: the client's own code where it ends with 1. */
const COMMAND_CODES: Readonly<Record<number, string>> = { 0: 'accepted', 2: 'USAGE', 4: 'IO' };

describe('the attack', () => {
  it.each(TABLE)('%s: %s, exit code %i', async (_name, answer, exit, attack) => {
    const { record, ...answers } = await simulator.attack(attack);
    expect(answers).toEqual({ client: answer, exit, command: COMMAND_CODES[exit] ?? answer });
    const isTaken = answer === 'accepted' || answer === 'STATE_CORRUPT';
    if (isTaken) {
      expect(record.after === undefined ? undefined : isIntact(record.after)).toBe(true);
    } else if ((attack.forgery?.roots ?? []).length === 0) {
      // Without a newer root, which is kept whatever follows, nothing of the record has changed.
      expect(record.after).toEqual(record.before);
    }
  });

  it('is there for every refusal of every step', () => {
    const codes = Object.keys(POLICY_ERRORS).filter((code) => !NOT_OF_THE_VERIFICATION.has(code));
    const seen = new Set<string>(TABLE.map(([, answer]) => answer));
    expect(codes.filter((code) => !seen.has(code))).toEqual([]);
  });

  it('has a name of its own', () => {
    const names = TABLE.map(([name]) => name);
    expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  });
});

describe('sallyport-policy verify, told nothing of a computer', () => {
  const file = (name: string): string => join(base, name);

  it.each([
    ['TOO_LARGE', { bytes: () => Buffer.alloc(10_000_000) }],
    ['SCHEMA', { policy: settingsWith({ backdoor: true }) }],
    ['UNENFORCEABLE', { policy: settingsWith({ desktop: { print: true } }) }],
    ['OVERLAY_LOOSENS', withOverlays([night({ settings: idle(16) })])],
    ['NOT_CANONICAL', rawPolicy('{"a":1.0}')],
  ] as const)('refuses by %s, exit code 1', async (code, forgery) => {
    const { bundle, shippedRoot } = forge(forgery);
    writeFileSync(file('bundle'), bundle);
    writeFileSync(file('trust-root.json'), shippedRoot);
    const trust = ['--trust-root', file('trust-root.json'), '--platform', 'linux'];
    const said = await command.json('verify', file('bundle'), ...trust, '--at', formatTime(NOW));
    expect([said.code, said.value.error.code]).toEqual([1, code]);
  });
});

describe('one bit flipped', () => {
  const EVERY = 97;
  const good = Buffer.from(forge().bundle);
  const REFUSALS = ['MALFORMED', 'FORMAT_UNKNOWN', 'TYPE_CONFUSION', 'BELOW_THRESHOLD', 'UNKNOWN_SIGNER'];
  const flipped = (at: number, bit: number): Buffer => {
    const bytes = Buffer.from(good);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
    return bytes;
  };

  it('at every 97th byte is refused, by the client and by the command alike', async () => {
    const seen = new Set<string>();
    for (let at = 0; at < good.length; at += EVERY) {
      const bytes = () => flipped(at, (at / EVERY) % 8);
      const {
        client,
        exit,
        command: said,
      } = await simulator.attack({
        forgery: { bytes },
        conditions: { now: NOW },
      });
      expect({ at, client: REFUSALS.includes(client), exit, said }).toEqual({
        at,
        client: true,
        exit: 1,
        said: client,
      });
      seen.add(client);
    }
    expect(seen.size).toBeGreaterThan(1);
  });
});
