import { type ReactElement, useCallback, useEffect, useState } from 'react';
import type { Contact } from '../../../shared/chat-model.ts';
import type { Profile } from '../../../shared/directory.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import type { BareJid } from '../../../shared/jid.ts';
import type { PresenceExtras } from '../../../shared/presence-extras.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { DIRECTORY_TEXT } from '../../text/directory.ts';
import { EXTRAS_TEXT } from '../../text/extras.ts';
import { PRESENCE_TEXT } from '../../text/presence.ts';
import { type Fact, FactList } from '../dialogs/FactList.tsx';
import { activityText, PositionText } from './Extras.tsx';

type Outcome =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: ErrorReport }
  | { readonly kind: 'here'; readonly profile: Profile | undefined };

/** What the directory says of a person; read only. */
export function ProfileDialog({
  person,
  onClose,
}: {
  readonly person: BareJid;
  readonly onClose: () => void;
}): ReactElement {
  const actions = useActions();
  const contact = useWindowState((state) => state.chat.contacts.get(person));
  const extras = useWindowState((state) => state.chat.collections.extras.get(person));
  const isSelf = useWindowState((state) => state.chat.self?.jid === person);
  const [outcome, setOutcome] = useState<Outcome>({ kind: 'loading' });
  const { loadProfile } = actions.people;
  const load = useCallback(async () => {
    setOutcome({ kind: 'loading' });
    const reply = await loadProfile(person);
    if (reply.ok) setOutcome({ kind: 'here', profile: reply.profile });
    // The one refusal that is an answer: the directory does not have them.
    else if (reply.error.detail?.condition === 'item-not-found')
      setOutcome({ kind: 'here', profile: undefined });
    else setOutcome({ kind: 'failed', error: reply.error });
  }, [loadProfile, person]);
  useEffect(() => {
    void load();
  }, [load]);
  const name = (outcome.kind === 'here' && outcome.profile?.name) || contact?.name || person;
  return (
    <Modal title={name} onClose={onClose} size="medium">
      <div aria-live="polite">
        {outcome.kind === 'loading' ? <p className="lead">{DIRECTORY_TEXT.loading}</p> : null}
        {outcome.kind === 'failed' ? <ErrorNotice error={outcome.error} /> : null}
        {outcome.kind === 'here' ? <Facts profile={outcome.profile} person={person} /> : null}
      </div>
      {contact === undefined && extras === undefined ? null : (
        <FactList
          title={DIRECTORY_TEXT.presence}
          facts={[...presenceFacts(contact), ...extraFacts(extras)]}
        />
      )}
      <div className="button-row">
        {isSelf ? null : (
          <button
            type="button"
            className="button button-primary"
            onClick={() => actions.open({ jid: person, kind: 'contact' })}
          >
            {DIRECTORY_TEXT.write}
          </button>
        )}
        {contact !== undefined || isSelf ? null : (
          <button type="button" className="button" onClick={() => actions.people.show('contact-add', person)}>
            {DIRECTORY_TEXT.add}
          </button>
        )}
        {outcome.kind === 'failed' ? (
          <button type="button" className="button" onClick={() => void load()}>
            {DIRECTORY_TEXT.again}
          </button>
        ) : null}
        <button type="button" className="button" onClick={onClose}>
          {DIRECTORY_TEXT.close}
        </button>
      </div>
    </Modal>
  );
}

function presenceFacts(contact: Contact | undefined): readonly Fact[] {
  if (contact === undefined) return [];
  const { availability, status = '' } = contact;
  const presence = { name: DIRECTORY_TEXT.availability, value: PRESENCE_TEXT[availability] };
  return status === '' ? [presence] : [presence, { name: DIRECTORY_TEXT.status, value: <bdi>{status}</bdi> }];
}

function extraFacts(extras: PresenceExtras | undefined): readonly Fact[] {
  const { activity, position } = extras ?? {};
  return [
    ...(activity === undefined
      ? []
      : [{ name: EXTRAS_TEXT.activity, value: <bdi>{activityText(activity)}</bdi> }]),
    ...(position === undefined
      ? []
      : [{ name: EXTRAS_TEXT.position, value: <PositionText position={position} /> }]),
  ];
}

function Facts({
  profile,
  person,
}: {
  readonly profile: Profile | undefined;
  readonly person: BareJid;
}): ReactElement {
  if (profile === undefined) return <p className="lead">{DIRECTORY_TEXT.none}</p>;
  const { name, title, role, unit, organisation, email, phone } = profile;
  const all = [
    [DIRECTORY_TEXT.name, name],
    [DIRECTORY_TEXT.personTitle, title],
    [DIRECTORY_TEXT.role, role],
    [DIRECTORY_TEXT.unit, unit],
    [DIRECTORY_TEXT.organisation, organisation],
    [DIRECTORY_TEXT.email, email],
    [DIRECTORY_TEXT.phone, phone],
    [DIRECTORY_TEXT.address, person],
  ] as const;
  const facts: Fact[] = all
    .filter(([, value]) => value !== '')
    .map(([label, value]) => ({ name: label, value: <bdi className="profile-fact">{value}</bdi> }));
  return (
    <>
      <FactList title={DIRECTORY_TEXT.facts} facts={facts} />
      <p className="hint">{DIRECTORY_TEXT.note}</p>
    </>
  );
}
