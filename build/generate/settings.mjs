/** The table of settings: collected from the schemas, complete or the build fails. */
import { HEADER } from './schemas.mjs';

/** What every setting must have, besides a default unless it is required or may be absent. */
const NEEDED = [
  'title',
  'description',
  'examples',
  'x-owner',
  'x-enforcedBy',
  'x-risk',
  'x-platforms',
  'x-effect',
  'x-tighter',
  'x-honours',
];
const PLATFORMS = ['linux', 'win32', 'darwin'];
const TIGHTER_RULES = ['fixed', 'subset', 'superset', 'lower', 'higher', 'false', 'true', 'order'];

/** How an overlay may tighten a setting; a rule without options may be written as its name alone. */
function tighterRule(pointer, node) {
  const written = node['x-tighter'];
  const rule = typeof written === 'string' ? { rule: written } : written;
  if (!TIGHTER_RULES.includes(rule.rule)) throw new Error(`${pointer}: unknown x-tighter`);
  if (rule.rule !== 'order') return rule;
  const listed = [...(rule.values ?? [])].sort().join();
  if (listed !== [...(node.enum ?? [])].sort().join()) throw new Error(`${pointer}: order is not its enum`);
  return rule;
}

/** One setting for the table; refuses one that lacks what every setting must have. */
function settingInfo(node, pointer, group, needed) {
  for (const word of NEEDED) if (node[word] === undefined) throw new Error(`${pointer}: ${word} is missing`);
  if (!['immediate', 'sign-in', 'restart'].includes(node['x-effect']))
    throw new Error(`${pointer}: unknown x-effect`);
  if (node['x-honours'] !== 'all' && !Array.isArray(node['x-honours']))
    throw new Error(`${pointer}: x-honours is neither all nor a list of values`);
  if (node['x-enforcedBy'].length === 0) throw new Error(`${pointer}: nobody enforces it`);
  const platforms = node['x-platforms'];
  if (platforms.length === 0 || !platforms.every((name) => PLATFORMS.includes(name)))
    throw new Error(`${pointer}: unknown x-platforms`);
  return {
    pointer,
    group,
    title: node.title,
    description: node.description,
    risk: node['x-risk'],
    since: node['x-since'],
    owner: node['x-owner'],
    platforms: node['x-platforms'],
    effect: node['x-effect'],
    enforcedBy: node['x-enforcedBy'],
    tighter: tighterRule(pointer, node),
    ...(node['x-honours'] === 'all' ? {} : { honours: node['x-honours'] }),
    required: needed,
    example: node.examples[0],
    ...(node.default === undefined ? {} : { default: node.default }),
    ...(node['x-neutral'] === undefined ? {} : { neutral: node['x-neutral'] }),
    ...(node['x-sensitive'] === true ? { sensitive: true } : {}),
  };
}

/** The settings in document order. What is neither required nor has a default may be absent. */
export function collectSettings(node, pointer = '', required = true) {
  if (node.type !== 'object' || node.properties === undefined)
    throw new Error(`${pointer}: neither a group nor a setting (x-since is missing)`);
  return Object.entries(node.properties).flatMap(([name, child]) => {
    const below = `${pointer}/${name}`;
    const needed = required && (node.required ?? []).includes(name);
    if (child['x-since'] !== undefined) return [settingInfo(child, below, below.split('/')[1], needed)];
    if (!needed && child.default === undefined)
      throw new Error(`${below}: a group is required or has a default`);
    return collectSettings(child, below, needed);
  });
}

/** Where in a value defaults may have to be put: only the members that have one or lead to one. */
function defaultsTree(node) {
  const members = Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const below = defaultsTree(child);
    const own = child.default === undefined ? {} : { default: child.default };
    return below === undefined && child.default === undefined ? [] : [[name, { ...own, ...below }]];
  });
  const items = node.items === undefined ? undefined : defaultsTree(node.items);
  if (members.length === 0 && items === undefined) return undefined;
  return {
    ...(members.length === 0 ? {} : { properties: Object.fromEntries(members) }),
    ...(items === undefined ? {} : { items }),
  };
}

export function defaultsModule(settings) {
  return `${HEADER}
/** What is missing below a value: defaults of members, and the same for the items of a list. */
export interface DefaultsNode {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, DefaultsNode>>;
  readonly items?: DefaultsNode;
}

export const SETTINGS_DEFAULTS: DefaultsNode = ${JSON.stringify(defaultsTree(settings), null, 2)};
`;
}

export function settingsTableModule(settings) {
  return `${HEADER}
/** What makes a value of a setting tighter. \`loosest\` is a value that stands for no limit at all. */
export type TighterRule =
  /** Never changed by an overlay. */
  | { readonly rule: 'fixed' | 'superset' | 'higher' | 'true' | 'false'; readonly loosest?: unknown }
  /** Fewer items; of an ordered list, in the same order. */
  | { readonly rule: 'subset'; readonly loosest?: unknown; readonly ordered?: boolean }
  /** A lower number, or the id of an item of a lower rank in the list at the pointer \`rankedBy\`. */
  | { readonly rule: 'lower'; readonly loosest?: unknown; readonly rankedBy?: string }
  /** The tightest value first. */
  | { readonly rule: 'order'; readonly values: readonly string[]; readonly loosest?: unknown };

/** One setting of the policy, as its schema describes it. */
export interface SettingInfo {
  /** JSON pointer below \`settings\`. */
  readonly pointer: string;
  /** The pointer's first member. */
  readonly group: string;
  readonly title: string;
  readonly description: string;
  /** What a wrong value does. */
  readonly risk: string;
  /** The application's version that brought the setting. */
  readonly since: string;
  /** Who in the organisation decides it. */
  readonly owner: string;
  /** The systems that the setting applies to, as Node names them. */
  readonly platforms: readonly string[];
  /** When a change takes effect. */
  readonly effect: 'immediate' | 'sign-in' | 'restart';
  /** The modules that must have acknowledged that they enforce it. */
  readonly enforcedBy: readonly string[];
  readonly tighter: TighterRule;
  /** The only values that this version can honour; absent: all that the schema allows. */
  readonly honours?: readonly unknown[];
  /** Whether every policy must name it. Without a default it may be absent otherwise. */
  readonly required: boolean;
  readonly example: unknown;
  readonly default?: unknown;
  /** The value that asks nothing of anybody, so that no acknowledgement is needed. Absent values never ask. */
  readonly neutral?: unknown;
  /** Masked on the policy page and in support texts. */
  readonly sensitive?: boolean;
}

export const SETTINGS: readonly SettingInfo[] = ${JSON.stringify(settings, null, 2)};
`;
}
