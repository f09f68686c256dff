/** Entry of the `sallyport-audit` command. */
import { Command, CommanderError } from 'commander';
import { ChainChecker, type ChainFinding, type ChainReport } from '../../audit/index.ts';
import { displayLine } from '../../shared/file-contract.ts';
import { systemCode } from '../../shared/system-code.ts';
import { logFiles, rowsOf } from './rows.ts';
import { type ExportJudgement, judgeExport, type VerifyExportArguments } from './verify-export.ts';

declare const __APP_VERSION__: string;

/** How the command ends; the numbers are part of its interface. */
const EXIT = { whole: 0, broken: 1, usage: 2, signer: 3, io: 4 } as const;

const HELP = `
PATH is the client's audit directory, one of its files, or the file of a collector that holds the messages of many
computers. Rows are read in the order in which they were written.

  sallyport-audit verify ~/.config/Sallyport/audit
  sallyport-audit verify --json /var/log/sallyport/received.log

A log whose beginning was rotated away is whole as far as it goes; “complete” counts those that begin with their first
line. Compare the last hash of a computer's log with the collector's to see that nothing was cut off at its end.

Exit codes: 0 whole, 1 something was changed, taken out or put in, 2 wrong command line, 4 a file cannot be read.`;

const EXPORT_HELP = `
Give every authority between the cards and your root that you trust; without one nobody can say who signed.

  sallyport-audit verify-export ops.json --ca id-ca-70.pem --ca root.pem

--unverified-signer asks about the document alone: whole then says that it is what somebody signed.

Exit codes: 0 whole, 1 something was changed or another signed it, 2 wrong command line, 3 unchanged, but who signed it is
not verified, 4 a file cannot be read.`;

/** Characters of one fact of an export that are shown. */
const MAX_FACT = 512;
/** Characters of a name that are shown; whoever forged the line chose it. */
const MAX_MACHINE = 128;

function sentence({ problem, row, seq, machine }: ChainFinding): string {
  const of = machine === undefined ? '' : ` of ${displayLine(machine, MAX_MACHINE)}`;
  const where = `row ${row}${seq === undefined ? '' : `, number ${seq}`}${of}`;
  switch (problem) {
    case 'changed':
      return `${where}: the line was changed after it was written`;
    case 'gap':
      return `${where}: the lines before it are missing`;
    case 'forked':
      return `${where}: another line already follows the one before it`;
    case 'unreadable':
      return `${where}: this is no line of the log`;
  }
}

function print(report: ChainReport): void {
  const { lines, chains, complete, repeated, heads, findings } = report;
  const whole = findings.length === 0 ? 'whole' : `BROKEN in ${findings.length} places`;
  const facts = [
    `${whole}: ${lines} lines in ${chains} ${chains === 1 ? 'log' : 'logs'}, ${complete} complete, ${repeated} repeated`,
    ...heads.map((hash) => `last hash ${hash}`),
    ...findings.map(sentence),
  ];
  process.stdout.write(`${facts.join('\n')}\n`);
}

async function verify(paths: readonly string[], { json }: { readonly json?: true }): Promise<void> {
  const checker = new ChainChecker();
  for (const file of paths.flatMap(logFiles)) for await (const row of rowsOf(file)) checker.add(row);
  const report = checker.report();
  if (json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
  else print(report);
  process.exitCode = report.findings.length === 0 ? EXIT.whole : EXIT.broken;
}

function verifyExportFile(file: string, options: VerifyExportArguments): void {
  const judgement = judgeExport(file, options);
  if (options.json === true) process.stdout.write(`${JSON.stringify(judgement)}\n`);
  else {
    const shown = (text: string) => displayLine(text, MAX_FACT);
    const facts = Object.entries(judgement.facts).map(([name, value]) => `${name}: ${shown(value)}`);
    process.stdout.write(
      `${[verdictOf(judgement), ...judgement.problems.map(shown), ...facts].join('\n')}\n`,
    );
  }
  process.exitCode = exitOf(judgement);
}

/** What was read is not what was signed, where there are no facts of it. */
const isBroken = ({ ok, facts }: ExportJudgement): boolean => !ok && Object.keys(facts).length === 0;

function verdictOf(judgement: ExportJudgement): string {
  if (isBroken(judgement)) return 'BROKEN';
  if (!judgement.ok) return 'SIGNER NOT VERIFIED';
  const whole = 'whole: the document is what was signed';
  return judgement.signer === 'verified' ? whole : `${whole}; WHO SIGNED IT IS NOT VERIFIED`;
}

function exitOf(judgement: ExportJudgement): number {
  if (isBroken(judgement)) return EXIT.broken;
  return judgement.ok ? EXIT.whole : EXIT.signer;
}

const program = new Command('sallyport-audit')
  .description('checks the audit logs of Sallyport')
  .version(__APP_VERSION__)
  .exitOverride();
program
  .command('verify')
  .description('say whether lines were changed, taken out or put in')
  .argument('<path...>', 'audit directories or files')
  .option('--json', 'print one JSON line')
  .addHelpText('after', HELP)
  .action(verify);

program
  .command('verify-export')
  .description('say whether an after-action export is what an analyst’s card signed')
  .argument('<file>', 'the document; its proof is FILE.proof')
  .option('--proof <file>', 'the proof, where it is called otherwise')
  .option('--ca <file...>', 'authorities that issue cards, PEM or DER')
  .option('--unverified-signer', 'judge the document alone: whoever signed it may be anybody')
  .option('--json', 'print one JSON line')
  .addHelpText('after', EXPORT_HELP)
  .action(verifyExportFile);

void program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.whole : EXIT.usage;
    return;
  }
  const reason = systemCode(error) ?? 'unknown';
  process.stderr.write(`sallyport-audit: a file cannot be read (${reason})\n`);
  process.exitCode = EXIT.io;
});
