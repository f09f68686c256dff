import { type FormEvent, type ReactElement, useState } from 'react';
import { type BareJid, parseJid, toBareJid } from '../../../shared/jid.ts';
import { useActions } from '../../hooks/services.ts';
import { useDeed } from '../../hooks/use-deed.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { FormEnd } from '../../parts/FormEnd.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { DIALOGS_TEXT } from '../../text/dialogs.ts';
import { ROOM_TEXT } from '../../text/rooms.ts';
import { BookmarkNote } from '../rooms/BookmarkNote.tsx';
import { RoomList } from '../rooms/RoomList.tsx';

interface Props {
  readonly services: readonly string[];
  /** Whether the policy has rooms made by analysts. */
  readonly mayCreate: boolean;
  readonly onClose: () => void;
}

/** Longest room name, in UTF-16 code units; the address is checked as such. */
const MAX_NAME_LENGTH = 255;

/** The room's address; `undefined` also for a name that would turn it into another address than one on `service`. */
function addressOf(name: string, service: string): BareJid | undefined {
  const text = `${name.trim()}@${service}`;
  const parts = parseJid(text);
  if (parts?.local === undefined || parts.resource !== undefined || parts.domain !== service)
    return undefined;
  return toBareJid(text);
}

/** Enters a room, or makes one, by its name or out of the list of one of the policy's room services. */
export function JoinRoomDialog({ services, mayCreate, onClose }: Props): ReactElement {
  const actions = useActions();
  const field = useFocusFirst<HTMLInputElement>();
  const [name, setName] = useState('');
  const [service, setService] = useState(services[0] ?? '');
  const [invalid, setInvalid] = useState(false);
  const deed = useDeed();
  const enter = async (settings: boolean) => {
    const room = addressOf(name, service);
    setInvalid(room === undefined);
    if (room === undefined || !(await deed.run(() => actions.joinRoom(room)))) return;
    actions.open({ jid: room, kind: 'room' });
    if (settings) actions.rooms.show('room-settings');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void enter(false);
  };
  if (services.length === 0) {
    return (
      <Modal title={DIALOGS_TEXT.joinARoom} onClose={onClose} size="small">
        <p className="lead">{DIALOGS_TEXT.yourOrganisationsPolicyNamesNo}</p>
      </Modal>
    );
  }
  return (
    <Modal title={DIALOGS_TEXT.joinARoom} onClose={onClose} size="medium">
      <form className="form" onSubmit={submit}>
        <label className="field-label" htmlFor="room-name">
          {DIALOGS_TEXT.room}
        </label>
        <input
          id="room-name"
          type="text"
          className="text-field"
          ref={field}
          spellCheck={false}
          maxLength={MAX_NAME_LENGTH}
          aria-invalid={invalid}
          aria-describedby="room-note"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <p id="room-note" className={invalid ? 'field-error' : 'hint'} role="status">
          {invalid ? DIALOGS_TEXT.aRoomsNameHasNo : DIALOGS_TEXT.theRoomsShortNameFor}
        </p>
        <label className="field-label" htmlFor="room-service">
          {DIALOGS_TEXT.service}
        </label>
        {services.length === 1 ? (
          <output id="room-service" className="fixed-value">
            {service}
          </output>
        ) : (
          <select
            id="room-service"
            className="text-field"
            value={service}
            onChange={(event) => setService(event.target.value)}
          >
            {services.map((item) => (
              <option key={item}>{item}</option>
            ))}
          </select>
        )}
        <RoomList
          service={service}
          typed={name}
          onChoose={({ jid }) => {
            setName(parseJid(jid)?.local ?? '');
            field.current?.focus();
          }}
        />
        <BookmarkNote />
        <FormEnd deed={deed} confirm={DIALOGS_TEXT.join} doing={DIALOGS_TEXT.joining} onCancel={onClose}>
          {mayCreate ? (
            <button
              type="button"
              className="button"
              title={ROOM_TEXT.createHint}
              aria-disabled={deed.busy}
              onClick={() => void enter(true)}
            >
              {ROOM_TEXT.create}
            </button>
          ) : null}
        </FormEnd>
      </form>
    </Modal>
  );
}
