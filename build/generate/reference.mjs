/** `docs/policy-reference.md`: every setting, for people. */

const EFFECTS = {
  immediate: 'at once',
  'sign-in': 'at the next sign-in',
  restart: 'when Sallyport starts again',
};
const PLATFORMS = { linux: 'Linux', win32: 'Windows', darwin: 'macOS' };
const MAX_EXAMPLE = 120;

function tightens({ rule, values, rankedBy, ordered, loosest }) {
  const words = {
    fixed: 'no overlay changes it',
    subset: ordered ? 'items left out, in the same order' : 'items left out',
    superset: 'items added',
    lower: rankedBy === undefined ? 'lower' : `a lower rank in \`${rankedBy}\``,
    higher: 'higher',
    true: '`true`',
    false: '`false`',
    order: `towards the first of ${(values ?? []).map((value) => `\`${value}\``).join(', ')}`,
  };
  return loosest === undefined
    ? words[rule]
    : `${words[rule]}; \`${JSON.stringify(loosest)}\` is the loosest value`;
}

/** JSON on one line; long texts inside (certificates) are cut. */
function shown(value) {
  const text = JSON.stringify(value, (_key, member) =>
    typeof member === 'string' && member.length > 72 ? `${member.slice(0, 24)}…` : member,
  );
  return text.length > MAX_EXAMPLE ? `\`${text.slice(0, MAX_EXAMPLE)}…\`` : `\`${text}\``;
}

function section(setting) {
  const { pointer, title, description, risk, owner, since, effect, platforms, tighter } = setting;
  const standard =
    setting.default === undefined ? (setting.required ? 'none: required' : 'absent') : shown(setting.default);
  const lines = [
    `### ${title}`,
    '',
    `\`${pointer}\` · ${description}`,
    '',
    '| | |',
    '|---|---|',
    `| default | ${standard} |`,
    `| example | ${shown(setting.example)} |`,
    `| risk | ${risk} |`,
    `| tighter | ${tightens(tighter)} |`,
    `| takes effect | ${EFFECTS[effect]} |`,
    `| decided by | ${owner} |`,
    `| enforced by | ${setting.enforcedBy.join(', ')} |`,
    `| since | ${since}${platforms.length === 3 ? '' : `, only on ${platforms.map((name) => PLATFORMS[name]).join(' and ')}`} |`,
  ];
  if (setting.honours !== undefined) {
    lines.push(`| this version takes only | ${setting.honours.map(shown).join(', ')} |`);
  }
  return lines.map((line) => (line.startsWith('| ') ? escapeCells(line) : line)).join('\n');
}

/** A bar inside a value would end the cell. */
function escapeCells(line) {
  const [, label, ...rest] = line.split('|');
  return `|${label}|${rest.slice(0, -1).join('\\|')}|`;
}

/** The page. */
export function referencePage(settings) {
  const groups = [...new Set(settings.map(({ group }) => group))];
  const parts = groups.map((group) => {
    const sections = settings.filter((setting) => setting.group === group).map(section);
    return [`## ${group}`, '', sections.join('\n\n')].join('\n');
  });
  return `# Policy reference

Every setting of the signed policy. Generated from \`policy-schema/\` by \`node build/generate.mjs --reference\`; do not
edit. How a policy is made and signed: [policy.md](policy.md). Where each setting is enforced and which test proves it:
\`src/MODULE/enforces.json\`.

${parts.join('\n\n')}
`;
}
