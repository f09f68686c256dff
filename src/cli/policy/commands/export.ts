/** `export` on the command line. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { effectiveSettings } from '../../../policy/index.ts';
import { CliError } from '../cli-error.ts';
import { type Common, type Context, type Register, withExamples, withJson, withOutput } from '../command.ts';
import { loadAnyPolicy, loadBundle, loadEnvelope, loadMachine, policyOf, updateOf } from '../documents.ts';
import { adml, admx, pathPolicies, START_UP_SCRIPT } from '../export/admx.ts';
import { mobileconfig, PLACE_SCRIPT } from '../export/mobileconfig.ts';
import { settingsJson, settingsMarkdown } from '../export/settings.ts';
import { readInput, writeOutput } from '../files.ts';
import { addFirewallExport } from '../firewall/command.ts';
import { printFacts } from '../output.ts';

interface TextArguments extends Common {
  readonly out: string;
}

function addText(
  parent: Command,
  { terminal }: Context,
  name: 'json' | 'markdown',
  what: string,
  write: typeof settingsJson,
): void {
  const command = parent.command(name).description(what).argument('<policy|bundle>');
  withExamples(
    withOutput(command, 'the file to write'),
    `export ${name} policy.json --out policy.${name === 'json' ? 'all.json' : 'md'}`,
  ).action(async (file: string, args: TextArguments) => {
    await writeOutput(args.out, write(loadAnyPolicy(file)), { force: args.force === true });
    printFacts(terminal, args.json === true, { written: args.out });
  });
}

interface AdmxArguments extends Common {
  readonly directory: string;
  readonly bundleSource: string;
  readonly machineSource: string;
  readonly enrolmentSource: string;
  readonly updateSource?: string;
}

async function runAdmx(args: AdmxArguments, { terminal }: Context): Promise<void> {
  const policies = pathPolicies({
    bundle: args.bundleSource,
    machines: args.machineSource,
    enrolments: args.enrolmentSource,
    ...(args.updateSource === undefined ? {} : { updates: args.updateSource }),
  });
  const files = new Map([
    ['sallyport.admx', admx(policies)],
    [join('en-US', 'sallyport.adml'), adml(policies)],
    ['place-sallyport.ps1', START_UP_SCRIPT],
  ]);
  const written: string[] = [];
  for (const [name, text] of files) {
    const path = join(args.directory, name);
    await writeOutput(path, text, { force: args.force === true });
    written.push(path);
  }
  printFacts(terminal, args.json === true, { written });
}

function addAdmx(parent: Command, context: Context): void {
  const command = parent
    .command('admx')
    .description(
      'Write what Group Policy needs: sallyport.admx and en-US/sallyport.adml for the central store, which ask where ' +
        'bundle, machine file and enrolment file lie, and place-sallyport.ps1, a computer start-up script that copies ' +
        'them to C:\\ProgramData\\Sallyport with the access list that the client demands.',
    )
    .requiredOption('--directory <path>', 'where to write the files')
    .requiredOption('--bundle-source <path>', 'where the computers find policy.bundle')
    .requiredOption('--machine-source <path>', 'where a computer finds its machine.json')
    .requiredOption('--enrolment-source <path>', 'where a computer finds its enrolment file')
    .option('--update-source <path>', 'where the computers find update.manifest, if there is one')
    .option('--force', 'replace files that exist');
  withExamples(
    withJson(command),
    "export admx --directory admx --bundle-source '\\\\files\\sallyport\\policy.bundle' \\\n" +
      "    --machine-source '\\\\files\\sallyport\\%COMPUTERNAME%.json' \\\n" +
      "    --enrolment-source '\\\\files\\enrolment$\\%COMPUTERNAME%.json'",
  ).action((args: AdmxArguments) => runAdmx(args, context));
}

interface ProfileArguments extends Common {
  readonly identifier: string;
  readonly machine?: string;
  readonly enrolmentPath?: string;
  readonly update?: string;
  readonly script?: string;
  readonly out: string;
}

async function runProfile(file: string, args: ProfileArguments, { terminal }: Context): Promise<void> {
  const policy = policyOf(loadBundle(file).policy, file);
  if (args.machine !== undefined) loadMachine(args.machine);
  if (args.update !== undefined) updateOf(loadEnvelope(args.update), args.update);
  if (args.script === args.out) throw new CliError('usage', '--script and --out are two files');
  const text = mobileconfig({
    organization: effectiveSettings(policy.settings).organization.name,
    identifier: args.identifier,
    bundle: readInput(file),
    ...(args.machine === undefined ? {} : { machine: readInput(args.machine) }),
    ...(args.enrolmentPath === undefined ? {} : { enrolmentPath: args.enrolmentPath }),
    ...(args.update === undefined ? {} : { update: readInput(args.update) }),
  });
  await writeOutput(args.out, text, { force: args.force === true });
  const written = [args.out];
  if (args.script !== undefined) {
    await writeOutput(args.script, PLACE_SCRIPT, { mode: 0o755, force: args.force === true });
    written.push(args.script);
  }
  printFacts(terminal, args.json === true, { written });
}

function addProfile(parent: Command, context: Context): void {
  const command = parent
    .command('mobileconfig')
    .description(
      'Write a configuration profile (macOS) that carries the bundle and, with --machine, the machine file; --script adds ' +
        'the script that the MDM runs as root to put them in place. The enrolment is a secret and never in a profile: ' +
        '--enrolment-path says where the MDM has put it.',
    )
    .argument('<bundle>')
    .requiredOption('--identifier <name>', "the profile's reverse DNS name")
    .option('--machine <file>', 'the machine.json of the one computer that the profile is for')
    .option('--enrolment-path <path>', 'where the MDM puts the enrolment file on the computer')
    .option('--update <file>', 'the update manifest that the profile brings along')
    .option('--script <file>', 'write the script here');
  withExamples(
    withOutput(command, 'the profile to write'),
    'export mobileconfig policy.bundle --identifier mil.example.sallyport --script place.sh --out sallyport.mobileconfig',
  ).action((file: string, args: ProfileArguments) => runProfile(file, args, context));
}

export const addExport: Register = (parent, context) => {
  const exporting = parent
    .command('export')
    .summary('for people, programs, GPO, MDM and firewalls')
    .description('Write the policy for people and programs, and what brings it to computers and firewalls.');
  addText(
    exporting,
    context,
    'json',
    'Write every setting with the value that holds, as JSON.',
    settingsJson,
  );
  addText(
    exporting,
    context,
    'markdown',
    'Write every setting with the value that holds, as a page to read.',
    settingsMarkdown,
  );
  addAdmx(exporting, context);
  addProfile(exporting, context);
  addFirewallExport(exporting, context.terminal);
};
