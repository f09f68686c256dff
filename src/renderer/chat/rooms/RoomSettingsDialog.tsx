import { type FormEvent, type ReactElement, useEffect, useState } from 'react';
import { type DataForm, type FormProblem, formProblem } from '../../../shared/data-form.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { type BareJid, parseJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { ROOM_TEXT } from '../../text/rooms.ts';
import { FormFields } from '../forms/FormFields.tsx';
import { answersOf, type FormValues, initialValues } from '../forms/form-values.ts';

interface Props {
  readonly room: BareJid;
  readonly onClose: () => void;
}

const isAddress = (text: string): boolean => parseJid(text) !== undefined;

/** The room's own form for its configuration (XEP-0045 10.2), once the room was entered. */
export function RoomSettingsDialog({ room, onClose }: Props): ReactElement {
  const { rooms } = useActions();
  const state = useWindowState(({ chat }) => chat.rooms.get(room)?.state);
  const failure = useWindowState(({ chat }) => chat.rooms.get(room)?.error);
  const [form, setForm] = useState<DataForm>();
  const [error, setError] = useState<ErrorReport>();
  useEffect(() => {
    if (state !== 'joined') return;
    let over = false;
    rooms.form(room).then((reply) => {
      if (over) return;
      if (reply.ok) setForm(reply.form);
      else setError(reply.error);
    });
    return () => {
      over = true;
    };
  }, [rooms, room, state]);
  const shown = error ?? (state === 'failed' ? failure : undefined);
  return (
    <Modal title={ROOM_TEXT.settingsTitle} onClose={onClose} size="large">
      {shown === undefined ? null : <ErrorNotice error={shown} />}
      {form === undefined && shown === undefined ? (
        <p className="lead" role="status">
          {ROOM_TEXT.settingsLoading}
        </p>
      ) : null}
      {form === undefined ? null : <Settings room={room} form={form} onClose={onClose} />}
    </Modal>
  );
}

function Settings({ room, form, onClose }: Props & { readonly form: DataForm }): ReactElement {
  const { rooms } = useActions();
  const [values, setValues] = useState<FormValues>(() => initialValues(form));
  const [problem, setProblem] = useState<FormProblem>();
  const deed = useDeed();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const answers = answersOf(form, values);
    const wrong = formProblem(form, answers, isAddress);
    setProblem(wrong);
    if (wrong === undefined && (await deed.run(() => rooms.configure(room, answers)))) onClose();
  };
  return (
    <form className="form" onSubmit={submit}>
      <FormFields form={form} values={values} problem={problem} onChange={setValues} />
      <FormEnd deed={deed} confirm={ROOM_TEXT.save} doing={ROOM_TEXT.saving} onCancel={onClose} />
    </form>
  );
}
