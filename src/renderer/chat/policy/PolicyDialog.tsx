import { type ReactElement, useState } from 'react';
import type { PolicyPage } from '../../../shared/policy-page.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Icon } from '../../parts/Icon.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { POLICY_TEXT } from '../../text/policy.ts';
import { ExportButton } from './ExportButton.tsx';
import { PolicySummary } from './PolicySummary.tsx';
import { SettingsTable } from './SettingsTable.tsx';
import { findRows } from './search.ts';
import { usePolicyPage } from './use-policy-page.ts';

function Page({ page }: { readonly page: PolicyPage }): ReactElement {
  const [query, setQuery] = useState('');
  const rows = findRows(page.rows, query);
  return (
    <>
      <PolicySummary page={page} />
      <div className="policy-tools">
        <div className="filter">
          <Icon name="search" size={14} />
          <input
            type="search"
            aria-label={POLICY_TEXT.searchSettings}
            placeholder={POLICY_TEXT.searchSettings}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            // biome-ignore lint/a11y/noAutofocus: the dialog was opened to look something up
            autoFocus
            spellCheck={false}
          />
        </div>
        <p className="policy-note" role="status">
          {rows.length === page.rows.length
            ? POLICY_TEXT.settings(rows.length)
            : POLICY_TEXT.ofSettings(rows.length, page.rows.length)}
        </p>
        {page.mayExport ? <ExportButton /> : null}
      </div>
      {rows.length === 0 ? (
        <p className="lead">{POLICY_TEXT.noSettingHasTheseWords}</p>
      ) : (
        <SettingsTable rows={rows} />
      )}
    </>
  );
}

/** The policy that holds on this computer. Analysts may read it; nobody can change it here. */
export function PolicyDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const state = usePolicyPage();
  return (
    <Modal title={POLICY_TEXT.policyOfYourOrganisation} onClose={onClose} size="wide">
      {state.kind === 'loading' ? (
        <p className="lead" role="status">
          {POLICY_TEXT.loadingThePolicy}
        </p>
      ) : null}
      {state.kind === 'failed' ? <ErrorNotice error={state.error} role="alert" tone="danger" /> : null}
      {state.kind === 'ready' ? <Page page={state.page} /> : null}
    </Modal>
  );
}
