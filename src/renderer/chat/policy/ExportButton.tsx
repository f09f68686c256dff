import { type ReactElement, useState } from 'react';
import type { ErrorReport } from '../../../shared/errors.ts';
import type { PolicyExport } from '../../../shared/policy-page.ts';
import { useServices } from '../../hooks/services.ts';
import { errorText } from '../../text/error-text.ts';
import { POLICY_TEXT } from '../../text/policy.ts';
import { reportOf } from './use-policy-page.ts';

type Outcome = 'asking' | PolicyExport | ErrorReport | undefined;

function outcomeText(outcome: Outcome): string {
  if (outcome === undefined || outcome === 'asking') return '';
  if ('code' in outcome) return `${errorText(outcome).title} ${errorText(outcome).action}`;
  if (outcome.kind === 'cancelled') return '';
  return POLICY_TEXT.exported(outcome.name, outcome.signed);
}

/** Writes the page to a file for the help desk. */
export function ExportButton(): ReactElement {
  const { bridge } = useServices();
  const [outcome, setOutcome] = useState<Outcome>();
  const start = () => {
    setOutcome('asking');
    bridge.exportPolicy().then(setOutcome, (error: unknown) => setOutcome(reportOf(error)));
  };
  return (
    <>
      <p className="policy-note" role="status">
        {outcomeText(outcome)}
      </p>
      <button type="button" className="button" disabled={outcome === 'asking'} onClick={start}>
        {POLICY_TEXT.export}
      </button>
    </>
  );
}
