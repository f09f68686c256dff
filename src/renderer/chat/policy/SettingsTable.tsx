import type { ReactElement } from 'react';
import type { PolicyRow } from '../../../shared/policy-page.ts';
import { EFFECT_TEXT, POLICY_TEXT, sourceText } from '../../text/policy.ts';

/** One row a setting. The region scrolls and takes the focus, so that the keyboard scrolls it. */
export function SettingsTable({ rows }: { readonly rows: readonly PolicyRow[] }): ReactElement {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section className="policy-settings" aria-label={POLICY_TEXT.table} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{POLICY_TEXT.setting}</th>
            <th scope="col">{POLICY_TEXT.value}</th>
            <th scope="col">{POLICY_TEXT.from}</th>
            <th scope="col">{POLICY_TEXT.owner}</th>
            <th scope="col">{POLICY_TEXT.takesEffect}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.pointer} className={row.source === 'default' ? 'policy-default' : undefined}>
              <th scope="row" title={row.description}>
                {row.title} <span className="policy-pointer">{row.pointer}</span>
              </th>
              <td className="policy-value">
                <bdi>{row.value}</bdi>
              </td>
              <td>
                <bdi>{sourceText(row.source)}</bdi>
              </td>
              <td>{row.owner}</td>
              <td>{EFFECT_TEXT[row.effect]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
