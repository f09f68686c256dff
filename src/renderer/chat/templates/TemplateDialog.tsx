import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import type { FormProblem } from '../../../shared/data-form.ts';
import {
  filledTemplate,
  formText,
  type MessageTemplate,
  templateForm,
  templateProblem,
} from '../../../shared/message-templates.ts';
import { focusComposer } from '../../hooks/panes.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { SCROLLABLE } from '../../parts/scrollable.ts';
import { nameOf } from '../../state/directory.ts';
import type { ConversationKey } from '../../state/view-state.ts';
import { TEMPLATE_TEXT } from '../../text/templates.ts';
import { FormFields } from '../forms/FormFields.tsx';
import { answersOf } from '../forms/form-values.ts';
import { useCurrentLabel } from '../labels/use-labels.ts';
import { freshValues, templateDraftKey } from './template-values.ts';

interface Props {
  readonly target: ConversationKey;
  readonly templates: readonly MessageTemplate[];
  readonly onClose: () => void;
}

/** Fills in one of the policy's templates; works without a connection, like any message. */
export function TemplateDialog({ target, templates, onClose }: Props): ReactElement | null {
  const [id, setId] = useState(templates[0]?.id);
  const name = useWindowState((state) => nameOf(state.chat, target.jid));
  useEffect(() => () => focusComposer(), []);
  const template = templates.find((one) => one.id === id);
  if (template === undefined) return null;
  return (
    <Modal title={TEMPLATE_TEXT.title} onClose={onClose} size="wide">
      <div className="template-head">
        <label className="field-label" htmlFor="template-which">
          {TEMPLATE_TEXT.which}
        </label>
        <select
          id="template-which"
          className="text-field"
          value={template.id}
          onChange={(event) => setId(event.target.value)}
        >
          {templates.map((one) => (
            <option key={one.id} value={one.id}>
              {one.title}
            </option>
          ))}
        </select>
        <bdi className="hint">{name}</bdi>
      </div>
      <TemplateForm key={template.id} target={target} template={template} onClose={onClose} />
    </Modal>
  );
}

function TemplateForm({
  target,
  template,
  onClose,
}: {
  readonly target: ConversationKey;
  readonly template: MessageTemplate;
  readonly onClose: () => void;
}): ReactElement {
  const actions = useActions();
  const key = templateDraftKey(target, template.id);
  const draft = useWindowState((state) => state.view.templateDrafts.get(key));
  const online = useWindowState((state) => state.chat.link.kind === 'online');
  const unlabelled = useCurrentLabel(target.jid)?.missing === true;
  const [fresh] = useState(() => freshValues(template, Date.now()));
  const [problem, setProblem] = useState<FormProblem>();
  const deed = useDeed();
  const values = draft ?? fresh;
  const form = templateForm(template);
  const answers = answersOf(form, values);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = templateProblem(template, answers);
    setProblem(wrong);
    if (wrong !== undefined) return;
    if (!(await deed.run(() => actions.sendTemplate(target, template.id, answers)))) return;
    actions.keepTemplate(key, undefined);
    onClose();
  };
  return (
    <form className="template" onSubmit={submit} noValidate>
      <div className="template-fields" {...SCROLLABLE}>
        <FormFields
          form={form}
          values={values}
          problem={problem}
          onChange={(next) => {
            setProblem(undefined);
            actions.keepTemplate(key, next);
          }}
        />
      </div>
      <section className="template-preview" aria-label={TEMPLATE_TEXT.preview} {...SCROLLABLE}>
        <h3>{TEMPLATE_TEXT.preview}</h3>
        <p className="message-body">{formText(filledTemplate(template, answers))}</p>
      </section>
      <div className="template-foot">
        <FormEnd
          deed={deed}
          confirm={TEMPLATE_TEXT.send}
          doing={TEMPLATE_TEXT.sending}
          disabled={unlabelled}
          onCancel={onClose}
          note={unlabelled ? <p className="field-error">{TEMPLATE_TEXT.labelNeeded}</p> : null}
          after={
            <>
              <button
                type="button"
                className="button"
                disabled={draft === undefined}
                onClick={() => actions.keepTemplate(key, undefined)}
              >
                {TEMPLATE_TEXT.clear}
              </button>
              <span className="hint">{online ? TEMPLATE_TEXT.kept : TEMPLATE_TEXT.offline}</span>
            </>
          }
        />
      </div>
    </form>
  );
}
