import { type ReactElement, useState } from 'react';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import { type BareJid, parseJid } from '../../../shared/jid.ts';
import { useActions, useServices } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { Modal } from '../../parts/Modal.tsx';
import { PEOPLE_TEXT } from '../../text/people.ts';
import { ContactForm } from './ContactForm.tsx';
import { mayAsk, typedAddress } from './contact-address.ts';
import { useGroups } from './use-people.ts';

interface Props {
  readonly policy: Pick<PresentationPolicy, 'domain' | 'people'>;
  /** Who is to be added; absent: it is asked for. */
  readonly person: BareJid | undefined;
  readonly onClose: () => void;
}

/** Longest address that can be typed; it is checked as such. */
const MAX_ADDRESS = 1023;

/** Adds somebody to the contacts, and asks to see their presence where the policy lets it. */
export function AddContactDialog({ policy: { domain, people }, person, onClose }: Props): ReactElement {
  const actions = useActions();
  const { store } = useServices();
  const groups = useGroups();
  const field = useFocusFirst<HTMLInputElement>();
  const [typed, setTyped] = useState<string>(person ?? '');
  const [ask, setAsk] = useState(true);
  const [problem, setProblem] = useState<string>();
  const address = typedAddress(typed, domain, people);
  const allowed = !address.ok || mayAsk(address.jid, domain, people);
  const check = (): BareJid | undefined => {
    const { self, contacts } = store.get().chat;
    if (!address.ok) {
      setProblem(
        address.problem === 'invalid'
          ? PEOPLE_TEXT.addressInvalid
          : PEOPLE_TEXT.addressOutside([domain, ...people.partnerDomains]),
      );
      return undefined;
    }
    const isKnown = contacts.has(address.jid);
    setProblem(isKnown ? PEOPLE_TEXT.known : address.jid === self?.jid ? PEOPLE_TEXT.addressSelf : undefined);
    return isKnown || address.jid === self?.jid ? undefined : address.jid;
  };
  return (
    <Modal title={PEOPLE_TEXT.add} onClose={onClose} size="small">
      <ContactForm
        name={person === undefined ? '' : (parseJid(person)?.local ?? '')}
        groups={[]}
        known={groups}
        confirm={PEOPLE_TEXT.addNow}
        before={
          <>
            <label className="field-label" htmlFor="contact-address">
              {PEOPLE_TEXT.address}
            </label>
            <input
              id="contact-address"
              type="text"
              className="text-field"
              ref={field}
              spellCheck={false}
              maxLength={MAX_ADDRESS}
              aria-invalid={problem !== undefined}
              aria-describedby="contact-address-note"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            <p
              id="contact-address-note"
              className={problem === undefined ? 'hint' : 'field-error'}
              role="status"
            >
              {problem ?? PEOPLE_TEXT.addressHint(domain)}
            </p>
          </>
        }
        after={
          allowed ? (
            <label className="check">
              <input type="checkbox" checked={ask} onChange={(event) => setAsk(event.target.checked)} />
              {PEOPLE_TEXT.askPresence}
            </label>
          ) : (
            <p className="hint">{PEOPLE_TEXT.noSubscriptions}</p>
          )
        }
        onSave={async (name, chosen) => {
          const contact = check();
          if (contact === undefined) return 'invalid';
          const failure = await actions.people.put({ contact, name, groups: chosen, ask: ask && allowed });
          if (failure === undefined) actions.open({ jid: contact, kind: 'contact' });
          return failure;
        }}
        onClose={onClose}
      />
    </Modal>
  );
}
