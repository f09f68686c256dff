/** `lint` on the command line. */
import { type BundleFile, effectiveSettings, parseTime, readPolicy } from '../../../policy/index.ts';
import { CliError } from '../cli-error.ts';
import { type Common, type Context, type Register, withExamples, withJson } from '../command.ts';
import { loadBundle, loadEnvelope, payloadOf, rootOf } from '../documents.ts';
import { certificatesIn } from '../draft.ts';
import { readJson } from '../files.ts';
import type { Finding, LintInput } from '../lint/finding.ts';
import { lint, resolve } from '../lint/lint.ts';
import { moment, repeated, wholeNumber } from '../options.ts';
import { printReport } from '../output.ts';
import { templateSettings } from '../template.ts';

const MAX_HOURS = 8784;

interface LintArguments extends Common {
  readonly trustRoot?: string;
  readonly root?: readonly string[];
  readonly certificate?: readonly string[];
  readonly rolloutHours: number;
  readonly at?: number;
}

function rootsOf(args: LintArguments, bundle: BundleFile | undefined): LintInput['roots'] {
  if (args.trustRoot === undefined) {
    if (args.root !== undefined) throw new CliError('usage', '--root needs --trust-root');
    return [];
  }
  const files = [args.trustRoot, ...(args.root ?? [])];
  const [first, ...later] = files.map((path) => ({ envelope: loadEnvelope(path), path }));
  const carried = (bundle?.roots ?? []).map((envelope) => ({ envelope, path: 'bundle' }));
  const known = new Set(carried.map(({ envelope }) => envelope.payload));
  return [first, ...carried, ...later.filter(({ envelope }) => !known.has(envelope.payload))].flatMap(
    (each) =>
      each === undefined ? [] : [{ envelope: each.envelope, root: rootOf(each.envelope, each.path) }],
  );
}

function freshUntil(bundle: BundleFile, file: string): number {
  const value = payloadOf(bundle.freshness, file);
  const expires: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, 'expires') : undefined;
  return parseTime(typeof expires === 'string' ? expires : '', '/freshness/expires');
}

interface Question {
  /** Absent when the document around the settings is refused. */
  readonly input?: LintInput;
  /** What the client's schema refuses. */
  readonly refused: readonly Finding[];
}

/** The settings are judged apart from the document around them, so that a mistake in one does not hide the other. */
function questionOf(file: string, args: LintArguments): Question {
  const value = readJson(file);
  const isBundle = typeof value === 'object' && value !== null && Object.hasOwn(value, 'format');
  const bundle = isBundle ? loadBundle(file) : undefined;
  const document = bundle === undefined ? value : payloadOf(bundle.policy, file);
  const common = {
    roots: rootsOf(args, bundle),
    certificates: (args.certificate ?? []).flatMap((path) => certificatesIn(path).slice(0, 1)),
    rolloutHours: args.rolloutHours,
    now: args.at ?? Date.now(),
    ...(bundle === undefined ? {} : { freshUntil: freshUntil(bundle, file) }),
  };
  const given = { ...(typeof document === 'object' ? document : {}) } as { settings?: unknown };
  const resolved = resolve(() => effectiveSettings(given.settings));
  const header = resolve(() => readPolicy({ ...given, settings: templateSettings() }));
  const refused = [resolved, header].flatMap(({ finding }) => (finding === undefined ? [] : [finding]));
  if (header.value === undefined) return { refused };
  const { value: policy } = header;
  const settings = resolved.value === undefined ? {} : { settings: resolved.value };
  return { refused, input: { ...common, policy, ...settings } };
}

function text(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing found\n';
  return findings
    .map(
      ({ id, severity, where, sentence, fix }) => `${severity} ${id} at ${where}\n  ${sentence}\n  ${fix}\n`,
    )
    .join('');
}

function run(file: string, args: LintArguments, { terminal, end }: Context): void {
  const { input, refused } = questionOf(file, args);
  const findings = [...refused, ...(input === undefined ? [] : lint(input))];
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const warnings = findings.length - errors;
  printReport(terminal, args.json === true, { errors, warnings, findings }, text(findings));
  if (errors > 0) end('errors');
  else if (warnings > 0) end('warnings');
}

export const addLint: Register = (parent, context) => {
  const command = parent
    .command('lint')
    .summary('what would lock a fleet out')
    .description(
      'Find what would lock a fleet out, before it is signed or rolled out: settings that clients refuse, thresholds that ' +
        'nobody can reach, roots that are not cross-signed, expiries too near or too far, pins without a spare, ' +
        'platforms without a module. Each finding has an id, a sentence and a fix. Ends with 7 for errors, 8 for warnings only.',
    )
    .argument('<policy|bundle>')
    .option('--trust-root <file>', 'look at keys and thresholds, too')
    .option('--root <file>', 'a later root, version 2 first; may be repeated', repeated)
    .option(
      '--certificate <file>',
      "a server's certificate (PEM): do the pins fit? may be repeated",
      repeated,
    )
    .option(
      '--rollout-hours <n>',
      'how long until every computer has a new bundle',
      wholeNumber('--rollout-hours', 1, MAX_HOURS),
      72,
    )
    .option('--at <time>', 'judge at this time; default: now', moment('--at'));
  withExamples(
    withJson(command),
    'lint policy.json --trust-root trust-root.json --certificate xmpp1.pem',
    'lint policy.bundle --trust-root trust-root.json --rollout-hours 120 --json',
  ).action((file: string, args: LintArguments) => run(file, args, context));
};
