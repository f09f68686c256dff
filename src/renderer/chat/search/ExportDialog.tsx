import { type FormEvent, type ReactElement, useState } from 'react';
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportResult,
  type ExportScope,
} from '../../../shared/export-contract.ts';
import { useActions } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
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
  const deed = useDeed();
  const [result, setResult] = useState<ExportResult>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    await deed.run(async () => {
      const answer = await actions.history.exportMessages(scope, format);
      if ('error' in answer) return answer.error;
      setResult(answer);
      return undefined;
    });
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
        <FormEnd
          deed={deed}
          confirm={EXPORT_TEXT.start}
          doing={EXPORT_TEXT.busy}
          onCancel={onClose}
          {...(result === undefined ? {} : { cancel: EXPORT_TEXT.done })}
          note={
            <p className="export-result" role="status">
              {result === undefined ? null : resultText(result)}
            </p>
          }
        />
      </form>
    </Modal>
  );
}
