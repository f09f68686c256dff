/**
 * One analyst's desk: a card reader with a virtual card, a desktop with a keychain, and a machine that an administrator
 * set up. Demo and tests can have one thing wrong with it.
 */
import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prettyJson } from '../../src/cli/policy/files.ts';
import { deriveMachineKey } from '../../src/lock/index.ts';
import { nodeCrypto } from '../../src/platform/node-crypto.ts';
import type { MachineFile, PolicySettingsInput } from '../../src/policy/index.ts';
import { BUNDLE_NAME, MACHINE_NAME } from '../../src/policy-files/index.ts';
import { makeUserDirectory, ordinaryUser } from '../lib/ordinary-user.ts';
import { DOMAIN, EPOCH, NAMES } from './analysts.ts';
import { type Keychain, startKeychain } from './keychain.ts';
import { startCardService, type VirtualCardReader } from './pcscd.ts';
import type { CardFiles } from './pki.ts';
import { type DemoPolicy, type DemoPolicyOptions, makeDemoPolicy } from './policy.ts';

/** What is different about a workstation. */
export interface WorkstationOptions {
  /** Changes the settings before they are signed. */
  readonly settings?: (settings: PolicySettingsInput) => PolicySettingsInput;
  readonly policy?: Partial<DemoPolicyOptions>;
  /** False: no policy is installed. */
  readonly installed?: boolean;
  /** False: the machine has no lock key. `wrong` gives it a key that the server does not know. */
  readonly enrolled?: boolean | 'wrong';
  /** False: no secret service on the desktop. */
  readonly keychain?: boolean;
  /** False: no reader is connected. */
  readonly reader?: boolean;
  /** False starts with the card beside the reader. */
  readonly inserted?: boolean;
}

export interface WorkstationSite {
  readonly card: CardFiles;
  /** Where the desk's files lie. */
  readonly directory: string;
  /** For sockets. */
  readonly runtime: string;
  /** keytar's directory. */
  readonly keytar: string;
  readonly settings: PolicySettingsInput;
  readonly lockMaster: Uint8Array;
  /** True takes up what an earlier start installed. */
  readonly keep: boolean;
}

export interface Workstation {
  readonly account: string;
  /** The analyst as others see them. */
  readonly name: string;
  readonly commonName: string;
  readonly pin: string;
  /** The card's folder, for inserting it elsewhere. */
  readonly card: string;
  /** Stands in for the machine-wide directory, the trust anchor and the user's data (`--sallyport-test-root`). */
  readonly root: string;
  /** Where the demo's policy lets files be saved. */
  readonly downloads: string;
  /** The whole environment of the analyst's programs, but for the display. */
  readonly environment: NodeJS.ProcessEnv;
  readonly keychain: Keychain;
  /** What is installed; `undefined` when an earlier start installed it. */
  readonly policy: DemoPolicy | undefined;
  /** @throws Error where no reader is connected */
  reader(): VirtualCardReader;
  stop(): Promise<void>;
}

export function machineIdOf(account: string): string {
  return `DEMO-${account.toUpperCase()}`;
}

/** Gives a tree to the user whose programs read it. */
function giveAway(directory: string): void {
  const user = ordinaryUser();
  if (!user.dropped) return;
  chownSync(directory, user.uid, user.gid);
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' }))
    chownSync(join(directory, name), user.uid, user.gid);
}

function writeEnrolment(file: string, machineId: string, master: Uint8Array): void {
  const key = deriveMachineKey(nodeCrypto, master, DOMAIN, machineId, EPOCH);
  const enrolment = { format: 'sallyport.enrolment/1', domain: DOMAIN, kid: machineId, epoch: EPOCH };
  writeFileSync(file, prettyJson({ ...enrolment, key: Buffer.from(key).toString('base64') }), {
    mode: 0o600,
  });
}

/** What an administrator does on a workstation: policy, machine file, trust anchor and enrolment. */
function administer(
  root: string,
  machineId: string,
  policy: DemoPolicy,
  lockMaster: Uint8Array,
  options: WorkstationOptions,
): void {
  const machine = join(root, 'machine');
  for (const directory of [machine, join(root, 'trust')])
    mkdirSync(directory, { recursive: true, mode: 0o755 });
  cpSync(policy.trustRootFile, join(root, 'trust', 'trust-root.json'));
  rmSync(join(machine, BUNDLE_NAME), { force: true });
  if (options.installed !== false) cpSync(policy.bundleFile, join(machine, BUNDLE_NAME));
  const machineFile: MachineFile = { ...policy.machine, machineId };
  writeFileSync(join(machine, MACHINE_NAME), prettyJson(machineFile), { mode: 0o644 });
  if (options.enrolled !== false)
    writeEnrolment(
      join(machine, 'enrolment.json'),
      machineId,
      options.enrolled === 'wrong' ? nodeCrypto.random(32) : lockMaster,
    );
  giveAway(root);
}

/** Starts the desk's card service and keychain; its machine is set up before, unless it was by an earlier start. */
export async function startWorkstation(
  site: WorkstationSite,
  options: WorkstationOptions = {},
): Promise<Workstation> {
  const { card, directory, runtime } = site;
  const { account, commonName } = card.user;
  const root = join(directory, 'root');
  let policy: DemoPolicy | undefined;
  if (!site.keep || !existsSync(root)) {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true, mode: 0o755 });
    policy = await makeDemoPolicy({
      directory: join(directory, 'organisation'),
      settings: options.settings?.(site.settings) ?? site.settings,
      machineId: machineIdOf(account),
      ...options.policy,
    });
    administer(root, machineIdOf(account), policy, site.lockMaster, options);
  }
  const cards = await startCardService({
    directory: join(runtime, `${account}-card`),
    readers:
      options.reader === false
        ? []
        : [{ name: account, card: card.directory, inserted: options.inserted ?? true }],
  });
  try {
    const keychain = await startKeychain({
      home: makeUserDirectory(ordinaryUser(), join(directory, 'home')),
      runtime: makeUserDirectory(ordinaryUser(), join(runtime, `${account}-session`)),
      keytar: site.keytar,
      available: options.keychain ?? true,
    });
    return {
      account,
      name: NAMES[account] ?? account,
      commonName,
      pin: card.pin,
      card: card.directory,
      root,
      downloads: join(directory, 'home', 'Downloads'),
      environment: { ...keychain.environment, ...cards.environment },
      keychain,
      policy,
      reader: () => cards.reader(account),
      stop: async () => {
        await Promise.all([cards.stop(), keychain.stop()]);
      },
    };
  } catch (error) {
    await cards.stop();
    throw error;
  }
}
