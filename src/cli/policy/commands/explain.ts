/** `explain` and `diff` on the command line. */
import {
  diffSettings,
  effectiveSettings,
  isCovered,
  type Policy,
  SETTINGS,
  type SettingChange,
  type SettingInfo,
} from '../../../policy/index.ts';
import { CliError } from '../cli-error.ts';
import { type Common, type Context, type Register, withExamples, withJson } from '../command.ts';
import { loadAnyPolicy } from '../documents.ts';
import { printReport } from '../output.ts';
import { shown } from '../values.ts';

const TIGHTER: Readonly<Record<SettingInfo['tighter']['rule'], string>> = {
  fixed: 'an overlay never changes it',
  superset: 'more items',
  subset: 'fewer items',
  higher: 'a higher number',
  lower: 'a lower number or rank',
  true: 'true',
  false: 'false',
  order: 'an earlier value of the list',
};

function tighterText({ tighter }: SettingInfo): string {
  const order = tighter.rule === 'order' ? `: ${tighter.values.join(', ')}` : '';
  const loosest =
    tighter.loosest === undefined ? '' : `; ${JSON.stringify(tighter.loosest)} is no limit at all`;
  return `${TIGHTER[tighter.rule]}${order}${loosest}`;
}

function honoursText({ honours }: SettingInfo): string {
  return honours === undefined
    ? 'every value'
    : `only ${honours.map((value) => JSON.stringify(value)).join(', ')}`;
}

function page(info: SettingInfo): string {
  const lines = [
    `${info.pointer}  –  ${info.title}`,
    info.description,
    '',
    `default:     ${info.required ? 'none: every policy names it' : shown(info.default)}`,
    `example:     ${shown(info.example)}`,
    `risk:        ${info.risk}`,
    `owner:       ${info.owner}`,
    `since:       ${info.since}`,
    `platforms:   ${info.platforms.join(', ')}`,
    `effect:      ${info.effect}`,
    `tighter:     ${tighterText(info)}`,
    `honoured:    ${honoursText(info)} by this version`,
    `enforced by: ${info.enforcedBy.join(', ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** The setting, every setting of a group, or those whose name or title has the word. */
function find(name: string): readonly SettingInfo[] {
  const pointer = `/${name.replace(/^\/?(?:settings\/)?/, '').replaceAll('.', '/')}`;
  const below = SETTINGS.filter((info) => isCovered(info.pointer, pointer));
  if (below.length > 0) return below;
  const word = name.toLowerCase();
  const alike = SETTINGS.filter((info) => `${info.pointer} ${info.title}`.toLowerCase().includes(word));
  if (alike.length > 0) return alike;
  throw new CliError(
    'usage',
    `there is no setting ${JSON.stringify(name)}; \`explain\` alone lists them all`,
  );
}

function runExplain(name: string | undefined, args: Common, { terminal }: Context): void {
  const found = name === undefined ? SETTINGS : find(name);
  const text =
    name === undefined
      ? found.map(({ pointer, title }) => `${pointer}  –  ${title}\n`).join('')
      : found.map(page).join('\n');
  printReport(terminal, args.json === true, { settings: found }, text);
}

const MARKS: Readonly<Record<SettingChange['effect'], string>> = {
  looser: 'LOOSENS ',
  incomparable: 'CHANGES ',
  tighter: 'tightens',
  same: 'same    ',
};

const HEADERS = [
  'policyId',
  'audience',
  'sequence',
  'notBefore',
  'expires',
  'minAppVersion',
  'maxAppVersion',
] as const;

function headerChanges(old: Policy, next: Policy) {
  return HEADERS.filter((name) => JSON.stringify(old[name]) !== JSON.stringify(next[name])).map((name) => ({
    member: name,
    before: old[name],
    after: next[name],
  }));
}

function runDiff(oldFile: string, newFile: string, args: Common, context: Context): void {
  const [old, next] = [loadAnyPolicy(oldFile), loadAnyPolicy(newFile)];
  const changes = diffSettings(effectiveSettings(old.settings), effectiveSettings(next.settings));
  const headers = headerChanges(old, next);
  const loosens = changes.some(({ effect }) => effect === 'looser' || effect === 'incomparable');
  const lines = [
    ...headers.map(
      ({ member, before, after }) => `header    ${member}: ${shown(before)} -> ${shown(after)}\n`,
    ),
    ...changes.map(
      ({ effect, pointer, before, after, sensitive }) =>
        `${MARKS[effect]}  ${pointer}: ${shown(before, sensitive)} -> ${shown(after, sensitive)}\n`,
    ),
  ];
  const text = lines.length === 0 ? 'nothing differs\n' : lines.join('');
  printReport(context.terminal, args.json === true, { loosens, header: headers, changes }, text);
  if (loosens) context.end('loosens');
}

export const addExplain: Register = (parent, context) => {
  const command = parent
    .command('explain')
    .summary('what a setting means')
    .description(
      'Explain a setting: what it does, its default, an example, the risk, who decides it, what tighter means. A group ' +
        'or a word explains all that fit; nothing lists every setting.',
    )
    .argument('[setting]');
  withExamples(
    withJson(command),
    'explain',
    'explain /session/idleLockMinutes',
    'explain authentication',
  ).action((name: string | undefined, args: Common) => runExplain(name, args, context));
};

export const addDiff: Register = (parent, context) => {
  const command = parent
    .command('diff')
    .summary('what a new policy changes, and what it loosens')
    .description(
      'Show what a new policy changes, setting by setting, and mark each that allows more than before (LOOSENS) or that ' +
        'cannot be compared (CHANGES: look at it). Ends with code 6 when there is one of these. Takes policies and bundles.',
    )
    .argument('<old>')
    .argument('<new>');
  withExamples(
    withJson(command),
    'diff policy-7.json policy-8.json',
    'diff policy.bundle policy.json',
  ).action((old: string, next: string, args: Common) => runDiff(old, next, args, context));
};
