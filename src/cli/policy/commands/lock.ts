/** `lock` on the command line. */
import { type Common, type Context, type Register, withExamples, withJson, withOutput } from '../command.ts';
import { enrol, newEpoch } from '../lock.ts';
import { revoke } from '../machines.ts';
import { wholeNumber } from '../options.ts';
import { printFacts } from '../output.ts';

interface EpochArguments extends Common {
  readonly domain: string;
  readonly epoch: number;
  readonly out: string;
}

async function runNewEpoch(args: EpochArguments, { terminal }: Context): Promise<void> {
  const { out, domain, epoch } = args;
  await newEpoch({ domain, epoch, out, force: args.force === true });
  printFacts(terminal, args.json === true, { masterKey: out, domain, epoch });
}

interface EnrolArguments extends Common {
  readonly machine: string;
  readonly masterKey: string;
  readonly out: string;
}

async function runEnrol(args: EnrolArguments, { terminal }: Context): Promise<void> {
  const { machine, masterKey, out } = args;
  const enrolment = await enrol({ masterFile: masterKey, machine, out, force: args.force === true });
  printFacts(terminal, args.json === true, { enrolment: out, ...enrolment });
}

interface RevokeArguments extends Common {
  readonly machine: string;
  readonly machines: string;
  readonly restore?: true;
}

async function runRevoke(args: RevokeArguments, { terminal }: Context): Promise<void> {
  const { machine, machines, restore } = args;
  const done = await revoke({ file: machines, machine, restore: restore === true });
  printFacts(terminal, args.json === true, { ...done });
}

export const addLock: Register = (parent, context) => {
  const lock = parent
    .command('lock')
    .summary('epochs, enrolment and revocation of machines')
    .description('Keys of the client/server lock: make an epoch, enrol a machine, revoke a machine.');
  const epoch = lock
    .command('new-epoch')
    .description(
      'Make the master key of an epoch. It is a secret of the server: carry it there, and keep it where you enrol.',
    )
    .requiredOption('--domain <name>', 'the XMPP domain')
    .requiredOption('--epoch <n>', 'the epoch, one more than the last', wholeNumber('--epoch', 1, 999_999));
  withExamples(
    withOutput(epoch, 'the file to write'),
    'lock new-epoch --domain chat.example.mil --epoch 1 --out epoch-1.json',
  ).action((args: EpochArguments) => runNewEpoch(args, context));
  const enroll = lock
    .command('enroll')
    .description(
      "Derive a machine's key. The file is a secret of that machine: the client moves the key into the keychain at its " +
        'next start and destroys the file. The check value tells two people that they hold the same key.',
    )
    .requiredOption('--machine <id>', "the machine's id, as in its machine.json")
    .requiredOption('--master-key <file>', 'the master key of the epoch');
  withExamples(
    withOutput(enroll, 'the enrolment file to write'),
    'lock enroll --machine WS-0142 --master-key epoch-1.json --out WS-0142.json',
  ).action((args: EnrolArguments) => runEnrol(args, context));
  const revoking = lock
    .command('revoke')
    .description(
      "Revoke a machine in the server's table of machines. The server ends its sessions within seconds and lets it in " +
        'no more. The record stays, and --restore takes the machine back in.',
    )
    .requiredOption('--machine <id>', "the machine's id")
    .requiredOption('--machines <file>', "the server's machines.json")
    .option('--restore', 'take the machine back in');
  withExamples(
    withJson(revoking),
    'lock revoke --machine WS-0142 --machines /etc/prosody/machines.json',
    'lock revoke --machine WS-0142 --machines /etc/prosody/machines.json --restore',
  ).action((args: RevokeArguments) => runRevoke(args, context));
};
