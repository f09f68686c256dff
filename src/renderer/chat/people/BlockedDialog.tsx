import type { ReactElement } from 'react';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { Modal } from '../../parts/Modal.tsx';
import { PEOPLE_TEXT } from '../../text/people.ts';

/** Whom the server keeps away, and the way to let them in again. */
export function BlockedDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const actions = useActions();
  const blocked = useWindowState((state) => state.chat.collections.blocked);
  const contacts = useWindowState((state) => state.chat.contacts);
  const names = new Map([...contacts].map(([jid, { name }]) => [jid as string, name]));
  return (
    <Modal title={PEOPLE_TEXT.blocked} onClose={onClose} size="medium">
      {blocked.size === 0 ? (
        <p className="lead">{PEOPLE_TEXT.nobodyBlocked}</p>
      ) : (
        <>
          <p className="hint">{PEOPLE_TEXT.blockedLead}</p>
          <ul className="people-list">
            {[...blocked.keys()].sort().map((address) => (
              <li key={address} className="people-row">
                <span className="people-row-text">
                  {names.has(address) ? <bdi className="people-name">{names.get(address)}</bdi> : null}
                  <span className="conversation-jid">{address}</span>
                </span>
                <button
                  type="button"
                  className="button button-small"
                  aria-label={PEOPLE_TEXT.unblockOf(names.get(address) ?? address)}
                  onClick={() => actions.people.unblock(address)}
                >
                  {PEOPLE_TEXT.unblock}
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Modal>
  );
}
