/** A policy written out: every setting with the value that holds, as JSON for programs and as Markdown for people. */
import { effectiveSettings, type Policy, SETTINGS, valueAt } from '../../../policy/index.ts';

/** Rows of the export, in the schema's order. */
function rows(policy: Policy) {
  const settings = effectiveSettings(policy.settings);
  return SETTINGS.map(({ pointer, title, description, owner, effect, default: standard }) => ({
    pointer,
    title,
    description,
    owner,
    effect,
    value: valueAt(settings, pointer),
    default: standard,
    from: valueAt(policy.settings, pointer) === undefined ? 'default' : 'policy',
  }));
}

/** The whole policy with every setting, indented JSON. */
export function settingsJson(policy: Policy): string {
  const { settings: _settings, ...header } = policy;
  return `${JSON.stringify({ policy: header, settings: rows(policy) }, null, 2)}\n`;
}

/** Text in a cell of a Markdown table: no bar ends it, no line break, no markup. */
function cell(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, '\\$&').replace(/\s+/g, ' ');
}

function code(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = JSON.stringify(value).replaceAll('|', '\\|').replaceAll('`', "'");
  return `\`${text}\``;
}

/** The whole policy as a Markdown page. */
export function settingsMarkdown(policy: Policy): string {
  const { policyId, sequence, notBefore, expires, audience, provenance } = policy;
  const lines = rows(policy).map(
    ({ pointer, title, value, from, owner }) =>
      `| ${pointer} | ${cell(title)} | ${code(value)} | ${from} | ${cell(owner)} |`,
  );
  return `# Policy ${cell(policyId)}, sequence ${sequence}

Holds from ${notBefore} to ${expires}, for ${code(audience)}. Author: ${cell(provenance.author)}.

| setting | | value | from | owner |
|---|---|---|---|---|
${lines.join('\n')}
`;
}
