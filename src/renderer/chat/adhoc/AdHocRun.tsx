import { type FormEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import type { AdHocCommand, AdHocNote, AdHocStage, AdHocStep } from '../../../shared/adhoc-contract.ts';
import type { ChatReply } from '../../../shared/chat-model.ts';
import { type DataForm, type FormProblem, formProblem } from '../../../shared/data-form.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { type BareJid, parseJid } from '../../../shared/jid.ts';
import { useActions } from '../../hooks/services.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { ADHOC_NOTE_TEXT, ADHOC_STEP_TEXT, ADHOC_TEXT } from '../../text/adhoc.ts';
import { FormFields } from '../forms/FormFields.tsx';
import { FormResult } from '../forms/FormResult.tsx';
import { answersOf, type FormValues, initialValues } from '../forms/form-values.ts';

interface Props {
  readonly service: BareJid;
  readonly command: AdHocCommand;
  readonly onList: () => void;
  readonly onClose: () => void;
}

const isAddress = (text: string): boolean => parseJid(text) !== undefined;

/** One run of a command, from its start to its end; leaving it before the end gives it up. */
export function AdHocRun({ service, command, onList, onClose }: Props): ReactElement {
  const { adHoc } = useActions();
  const [stage, setStage] = useState<AdHocStage>();
  const [error, setError] = useState<ErrorReport>();
  const [busy, setBusy] = useState(true);
  /** What has to be given up when this is left. */
  const open = useRef<string>(undefined);
  const left = useRef(false);
  const take = (reply: ChatReply) => {
    if (left.current) {
      // It began while nobody looked any more.
      if (reply.ok && reply.adHocStage?.run !== undefined) adHoc.cancel(reply.adHocStage.run);
      return;
    }
    setBusy(false);
    setError(reply.ok ? undefined : reply.error);
    if (!reply.ok) return;
    open.current = reply.adHocStage?.run;
    setStage(reply.adHocStage);
  };
  const first = useRef(take);
  first.current = take;
  useEffect(() => {
    left.current = false;
    void adHoc.start(service, command.node).then((reply) => first.current(reply));
    return () => {
      left.current = true;
      if (open.current !== undefined) adHoc.cancel(open.current);
    };
  }, [adHoc, service, command]);
  const step = async (way: AdHocStep, form: DataForm | undefined, values: FormValues) => {
    if (busy || stage?.run === undefined) return;
    setBusy(true);
    const answers = form === undefined || way === 'prev' ? [] : answersOf(form, values);
    take(await adHoc.step(stage.run, way, answers));
  };
  const over = stage !== undefined && stage.status !== 'executing';
  return (
    <div className="adhoc-run">
      <StageHead text={ADHOC_TEXT.stage(command.name, stage?.form?.title ?? '')} stage={stage} />
      <p className="lead adhoc-status" role="status">
        {statusOf(stage, busy)}
      </p>
      <Notes notes={stage?.notes ?? []} />
      {error === undefined ? null : <ErrorNotice error={error} />}
      {stage?.run === undefined ? (
        <>
          {stage?.form === undefined ? null : <FormResult form={stage.form} />}
          <div className="button-row">
            {over || error !== undefined ? (
              <>
                <button type="button" className="button button-primary" onClick={onList}>
                  {ADHOC_TEXT.toList}
                </button>
                <button type="button" className="button" onClick={onClose}>
                  {ADHOC_TEXT.close}
                </button>
              </>
            ) : (
              <button type="button" className="button" onClick={onList}>
                {ADHOC_TEXT.cancel}
              </button>
            )}
          </div>
        </>
      ) : (
        <Stage key={stageKey(stage)} stage={stage} busy={busy} onStep={step} onCancel={onList} />
      )}
    </div>
  );
}

function statusOf(stage: AdHocStage | undefined, busy: boolean): string | null {
  if (busy) return ADHOC_TEXT.running;
  if (stage?.status === 'canceled') return ADHOC_TEXT.canceled;
  if (stage?.status !== 'completed') return null;
  return ADHOC_TEXT.completed;
}

/** Another form is another stage: what was filled in before does not fit it. */
function stageKey({ run, form }: AdHocStage): string {
  return `${run} ${form?.title} ${form?.fields.map(({ name }) => name).join(' ')}`;
}

/** Takes the focus with each stage, so that what is new is read and the keys go on from there. */
function StageHead({
  text,
  stage,
}: {
  readonly text: string;
  readonly stage: AdHocStage | undefined;
}): ReactElement {
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (stage === undefined || stage.run === undefined || stage.form === undefined) head.current?.focus();
  }, [stage]);
  return (
    <h3 ref={head} className="adhoc-head" tabIndex={-1} dir="auto">
      {text}
    </h3>
  );
}

function Notes({ notes }: { readonly notes: readonly AdHocNote[] }): ReactElement | null {
  if (notes.length === 0) return null;
  // Notes have no name, and those of a stage never change.
  const named = notes.map((note, index) => ({ ...note, id: `note-${index}` }));
  return (
    <ul className="adhoc-notes">
      {named.map(({ id, severity, text }) => (
        <li key={id} className={`adhoc-note adhoc-note-${severity}`}>
          <strong>{ADHOC_NOTE_TEXT[severity]}</strong> <span dir="auto">{text}</span>
        </li>
      ))}
    </ul>
  );
}

interface StageProps {
  readonly stage: AdHocStage;
  readonly busy: boolean;
  readonly onStep: (step: AdHocStep, form: DataForm | undefined, values: FormValues) => void;
  readonly onCancel: () => void;
}

/** What a stage asks, and the ways that lead on; Enter takes the one that the service presets. */
function Stage({ stage, busy, onStep, onCancel }: StageProps): ReactElement {
  const { form, steps, preset } = stage;
  const asked = form?.type === 'form' ? form : undefined;
  const [values, setValues] = useState<FormValues>(() =>
    asked === undefined ? new Map() : initialValues(asked),
  );
  const [problem, setProblem] = useState<FormProblem>();
  const element = useRef<HTMLFormElement>(null);
  useEffect(() => {
    element.current?.querySelector<HTMLElement>('input, select, textarea')?.focus();
  }, []);
  const go = (step: AdHocStep) => {
    const wrong =
      asked === undefined || step === 'prev'
        ? undefined
        : formProblem(asked, answersOf(asked, values), isAddress);
    setProblem(wrong);
    if (wrong === undefined) onStep(step, asked, values);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (preset !== undefined) go(preset);
  };
  const others = steps.filter((step) => step !== preset);
  return (
    <form ref={element} className="form" onSubmit={submit}>
      {asked === undefined ? null : (
        <FormFields form={asked} values={values} problem={problem} onChange={setValues} />
      )}
      {form?.type === 'result' ? <FormResult form={form} /> : null}
      {form === undefined && stage.notes.length === 0 ? (
        <p className="hint">{ADHOC_TEXT.nothingSaid}</p>
      ) : null}
      <div className="button-row">
        {preset === undefined ? null : (
          <button type="submit" className="button button-primary" aria-disabled={busy}>
            {ADHOC_STEP_TEXT[preset]}
          </button>
        )}
        {others.map((step) => (
          <button key={step} type="button" className="button" aria-disabled={busy} onClick={() => go(step)}>
            {ADHOC_STEP_TEXT[step]}
          </button>
        ))}
        <button type="button" className="button" onClick={onCancel}>
          {ADHOC_TEXT.cancel}
        </button>
      </div>
    </form>
  );
}
