import type { ReactElement } from 'react';
import { parseJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { PEOPLE_TEXT } from '../../text/people.ts';

/** Those who ask to see this user's presence. They wait here until they are answered; nothing opens by itself. */
export function RequestList(): ReactElement | null {
  const { people } = useActions();
  const requests = useWindowState((state) => state.chat.collections.requests);
  const contacts = useWindowState((state) => state.chat.contacts);
  if (requests.size === 0) return null;
  return (
    <section className="requests" aria-label={PEOPLE_TEXT.requests}>
      <p className="requests-head" role="status">
        {PEOPLE_TEXT.requestsOf(requests.size)}
      </p>
      <ul className="requests-list">
        {[...requests.values()].map(({ id, text }) => {
          const name = contacts.get(id)?.name || parseJid(id)?.local || id;
          return (
            <li key={id} className="request">
              <p className="request-who">
                <bdi className="people-name">{name}</bdi> {PEOPLE_TEXT.requestLead}
              </p>
              <p className="conversation-jid">{id}</p>
              {text === '' ? null : <bdi className="request-text">{text}</bdi>}
              <div className="button-row">
                <button
                  type="button"
                  className="button button-small"
                  title={PEOPLE_TEXT.acceptOf(name)}
                  onClick={() => people.answer(id, true)}
                >
                  {PEOPLE_TEXT.accept}
                  <span className="visually-hidden"> {name}</span>
                </button>
                <button
                  type="button"
                  className="button button-small"
                  title={PEOPLE_TEXT.declineOf(name)}
                  onClick={() => people.answer(id, false)}
                >
                  {PEOPLE_TEXT.decline}
                  <span className="visually-hidden"> {name}</span>
                </button>
                <button
                  type="button"
                  className="button button-small button-quiet"
                  title={PEOPLE_TEXT.blockOf(name)}
                  onClick={() => people.block(id)}
                >
                  {PEOPLE_TEXT.block}
                  <span className="visually-hidden"> {name}</span>
                </button>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
