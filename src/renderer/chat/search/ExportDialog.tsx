import { type FormEvent, type ReactElement, useState } from 'react';
import type { ErrorReport } from '../../../shared/errors.ts';
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportResult,
  type ExportScope,
} from '../../../shared/export-contract.ts';
import { useActions } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { EXPORT_TEXT, FORMAT_TEXT, resultText, scopeText } from '../../text/export.ts';
import { useConversationName } from './HitRow.tsx';

interface Props {
  readonly scope: ExportScope;
  readonly kind: 'contact' | 'room';
  readonly onClose: () => void;
}

/** Writes a conversation, or what a search found, to a signed file. */
export function ExportDialog({ scope, kind, onClose }: Props): ReactElement {
  const actions = useActions();
  const first = useFocusFirst<HTMLInputElement>();
  const conversation = scope.kind === 'conversation' ? scope.conversation : undefined;
  const name = useConversationName({ conversation, kind });
  const [format, setFormat] = useState<ExportFormat>('pdf');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorReport>();
  const [result, setResult] = useState<ExportResult>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setError(undefined);
    const answer = await actions.history.exportMessages(scope, format);
    setBusy(false);
    if ('error' in answer) setError(answer.error);
    else setResult(answer);
  };
  return (
    <Modal title={EXPORT_TEXT.title} onClose={onClose} size="medium">
      <form className="form" onSubmit={submit}>
        <p className="lead">{scopeText(scope, name)}</p>
        <fieldset className="export-formats">
          <legend className="field-label">{EXPORT_TEXT.format}</legend>
          {EXPORT_FORMATS.map((each, index) => (
            <label key={each} className="export-format">
              <input
                type="radio"
                name="export-format"
                ref={index === 0 ? first : undefined}
                checked={format === each}
                onChange={() => setFormat(each)}
              />
              {FORMAT_TEXT[each]}
            </label>
          ))}
        </fieldset>
        <p className="hint">{EXPORT_TEXT.note}</p>
        {error === undefined ? null : <ErrorNotice error={error} />}
        <p className="export-result" role="status">
          {result === undefined ? null : resultText(result)}
        </p>
        <div className="button-row">
          <button type="submit" className="button button-primary" aria-disabled={busy}>
            {busy ? EXPORT_TEXT.busy : EXPORT_TEXT.start}
          </button>
          <button type="button" className="button" onClick={onClose}>
            {result === undefined ? EXPORT_TEXT.cancel : EXPORT_TEXT.done}
          </button>
        </div>
      </form>
    </Modal>
  );
}
