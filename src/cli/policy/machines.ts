/** The server's table of machines (`sallyport.machines/1`, server/prosody/README.md): who is known, who is revoked. */
import { isKid } from '../../lock/index.ts';
import { CliError } from './cli-error.ts';
import { prettyJson, readJson, replaceKeepingOwner } from './files.ts';

const FORMAT = 'sallyport.machines/1';

interface MachineRecord {
  readonly kid: string;
  readonly revoked?: boolean;
}

interface MachinesFile {
  readonly format: string;
  readonly machines: readonly MachineRecord[];
}

function isRecord(value: unknown): value is MachineRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { kid, revoked } = value as Record<string, unknown>;
  return typeof kid === 'string' && (revoked === undefined || typeof revoked === 'boolean');
}

function readMachines(path: string): MachinesFile {
  const value = readJson(path);
  const { format, machines } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  if (format === FORMAT && Array.isArray(machines) && machines.every(isRecord)) return value as MachinesFile;
  throw new CliError('usage', `${path} is no table of machines (${FORMAT})`);
}

export interface RevokeOptions {
  /** The server's file. */
  readonly file: string;
  readonly machine: string;
  /** True takes the machine back in. */
  readonly restore: boolean;
}

/** What was done to the table. */
export interface Revocation {
  readonly machine: string;
  readonly revoked: boolean;
  /** False where it was so already; the file is then left alone. */
  readonly changed: boolean;
}

/**
 * Revokes a machine in the server's table, or takes it back in. The server notices within seconds and ends the
 * machine's sessions. Everything else in the file stays as it is.
 *
 * @throws CliError `usage` for a machine that the table does not know, `io` where the file cannot be replaced
 */
export async function revoke({ file, machine, restore }: RevokeOptions): Promise<Revocation> {
  if (!isKid(machine)) {
    throw new CliError('usage', 'a machine id has 1 to 64 letters, digits, dots, underscores and hyphens');
  }
  const table = readMachines(file);
  const known = table.machines.filter(({ kid }) => kid === machine);
  if (known.length === 0) throw new CliError('usage', `${file} knows no machine ${machine}`);
  if (known.length > 1) throw new CliError('usage', `${file} names the machine ${machine} twice`);
  const revoked = !restore;
  const changed = (known[0]?.revoked ?? false) !== revoked;
  if (changed) {
    const machines = table.machines.map((record) =>
      record.kid === machine ? { ...record, revoked } : record,
    );
    await replaceKeepingOwner(file, prettyJson({ ...table, machines }));
  }
  return { machine, revoked, changed };
}
