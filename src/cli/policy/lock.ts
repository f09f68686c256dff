/** `sallyport-policy lock`: the keys of the client/server lock. */
import {
  deriveMachineKey,
  formatEnrolment,
  isEpoch,
  isKid,
  isLockDomain,
  keyCheckValue,
} from '../../lock/index.ts';
import { nodeCrypto } from '../../platform/node-crypto.ts';
import { CliError } from './cli-error.ts';
import { prettyJson, readJson, writeOutput } from './files.ts';

const KEY_BYTES = 32;
const MASTER_FORMAT = 'sallyport.lock-master/1';

function requireDomain(domain: string): void {
  if (!isLockDomain(domain)) throw new CliError('usage', 'the domain must be a DNS name in lower-case ASCII');
}

export interface NewEpochOptions {
  readonly domain: string;
  readonly epoch: number;
  readonly out: string;
  readonly force: boolean;
}

/** Makes the master key `M_e` of an epoch: a secret of the server, written with mode 0600. */
export async function newEpoch({ domain, epoch, out, force }: NewEpochOptions): Promise<void> {
  requireDomain(domain);
  if (!isEpoch(epoch)) throw new CliError('usage', 'the epoch must be an integer from 1');
  const key = Buffer.from(nodeCrypto.random(KEY_BYTES)).toString('base64');
  await writeOutput(out, prettyJson({ format: MASTER_FORMAT, domain, epoch, key }), { mode: 0o600, force });
}

interface MasterKey {
  readonly domain: string;
  readonly epoch: number;
  readonly key: Buffer;
}

function readMaster(path: string): MasterKey {
  const file = readJson(path);
  const { format, domain, epoch, key } = (typeof file === 'object' && file !== null ? file : {}) as Record<
    string,
    unknown
  >;
  const bytes = typeof key === 'string' ? Buffer.from(key, 'base64') : Buffer.alloc(0);
  if (
    format !== MASTER_FORMAT ||
    typeof domain !== 'string' ||
    !isLockDomain(domain) ||
    typeof epoch !== 'number' ||
    !isEpoch(epoch) ||
    bytes.length !== KEY_BYTES ||
    bytes.toString('base64') !== key
  ) {
    throw new CliError('usage', `${path} is not a master key of the lock`);
  }
  return { domain, epoch, key: bytes };
}

export interface EnrolOptions {
  readonly masterFile: string;
  /** The machine's id, `machineId` of its machine.json. */
  readonly machine: string;
  readonly out: string;
  readonly force: boolean;
}

/** What may be shown of an enrolment. */
export interface Enrolment {
  readonly domain: string;
  readonly kid: string;
  readonly epoch: number;
  /** Tells whether two people hold the same key; 16 hexadecimal digits. */
  readonly checkValue: string;
}

/** Derives a machine's key from the epoch's master key and writes the enrolment file with mode 0600. */
export async function enrol({ masterFile, machine, out, force }: EnrolOptions): Promise<Enrolment> {
  if (!isKid(machine)) {
    throw new CliError('usage', 'a machine id has 1 to 64 letters, digits, dots, underscores and hyphens');
  }
  const master = readMaster(masterFile);
  const { domain, epoch } = master;
  const key = deriveMachineKey(nodeCrypto, master.key, domain, machine, epoch);
  master.key.fill(0);
  const checkValue = Buffer.from(keyCheckValue(nodeCrypto, key)).toString('hex');
  const text = formatEnrolment({ domain, kid: machine, epoch, key });
  key.fill(0);
  await writeOutput(out, text, { mode: 0o600, force });
  return { domain, kid: machine, epoch, checkValue };
}
