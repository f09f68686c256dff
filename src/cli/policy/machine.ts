/** Which computer a bundle is judged for. */
import { existsSync } from 'node:fs';
import { isKid } from '../../lock/index.ts';
import type { Audience, MachineFile } from '../../policy/index.ts';
import { CliError } from './cli-error.ts';
import type { MachineArguments } from './command.ts';
import { loadMachine } from './documents.ts';

/** A machine that the policy is for. */
export function someMachine(audience: Audience): MachineFile {
  return {
    format: 'sallyport.machine/1',
    machineId: audience.machines?.[0] ?? 'machine',
    org: audience.org,
    groups: audience.groups?.slice(0, 1) ?? [],
    channel: audience.channels?.[0] ?? 'stable',
  };
}

/**
 * The machine of `--machine`: a machine.json, or an id. Of an id the organisation is that of the policy, the groups and
 * the channel are those of the options, or none and `stable`. Without the option it is any machine the policy is for.
 */
export function machineOf(args: MachineArguments, audience: () => Audience): MachineFile {
  const { machine, group, channel } = args;
  if (machine !== undefined && (machine.includes('/') || machine.endsWith('.json') || existsSync(machine))) {
    if (group === undefined && channel === undefined) return loadMachine(machine);
    throw new CliError('usage', '--group and --channel go with a machine id, not with a file');
  }
  if (machine === undefined && group === undefined && channel === undefined) return someMachine(audience());
  if (machine !== undefined && !isKid(machine)) {
    throw new CliError(
      'usage',
      '--machine: an id of 1 to 64 letters, digits, dots, underscores and hyphens, or a file',
    );
  }
  return {
    format: 'sallyport.machine/1',
    machineId: machine ?? 'machine',
    org: audience().org,
    groups: [...(group ?? [])],
    channel: channel ?? 'stable',
  };
}
