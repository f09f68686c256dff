import { type ReactElement, useState } from 'react';
import { RECORDS } from '../text/records.ts';
import { Field } from './Field.tsx';
import { ReasonDialog } from './ReasonDialog.tsx';

/** Asks for the marking and the reason of an export. */
export function ExportDialog(props: {
  readonly onDo: (marking: string, reason: string) => Promise<void>;
  readonly onClose: () => void;
}): ReactElement {
  const [marking, setMarking] = useState('');
  return (
    <ReasonDialog
      title={RECORDS.exportTitle}
      action="Export"
      ready={marking.trim().length >= 3}
      onClose={props.onClose}
      onDo={(reason) => props.onDo(marking.trim(), reason)}
    >
      <p>{RECORDS.exportText}</p>
      <Field label={RECORDS.marking} value={marking} onChange={setMarking} maxLength={200} required />
    </ReasonDialog>
  );
}
