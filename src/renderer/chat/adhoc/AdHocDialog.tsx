import { type ReactElement, useCallback, useEffect, useRef, useState } from 'react';
import type { AdHocCommand } from '../../../shared/adhoc-contract.ts';
import type { PresentationPolicy } from '../../../shared/app-state.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useRovingFocus } from '../../hooks/use-roving-focus.ts';
import { ErrorNotice } from '../../parts/ErrorNotice.tsx';
import { Modal } from '../../parts/Modal.tsx';
import { ADHOC_TEXT } from '../../text/adhoc.ts';
import { AdHocRun } from './AdHocRun.tsx';

interface Service {
  readonly jid: BareJid;
  readonly name: string;
}

type Listed =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly error: ErrorReport }
  | { readonly kind: 'listed'; readonly commands: readonly AdHocCommand[] };

/** Who may have commands: the own server, the policy's room services, and the room that is open. */
function useServices(policy: PresentationPolicy): readonly Service[] {
  const active = useWindowState((state) => state.view.active);
  const room = useWindowState(({ chat, view }) =>
    view.active?.kind === 'room' ? chat.rooms.get(view.active.jid)?.name : undefined,
  );
  return [
    { jid: policy.domain as BareJid, name: ADHOC_TEXT.ownServer(policy.domain) },
    ...policy.roomServices.map((domain) => ({
      jid: domain as BareJid,
      name: ADHOC_TEXT.roomService(domain),
    })),
    ...(active === undefined || room === undefined ? [] : [{ jid: active.jid, name: ADHOC_TEXT.room(room) }]),
  ];
}

/** What services offer to be run (XEP-0050): the list, then the command stage by stage. */
export function AdHocDialog({
  policy,
  onClose,
}: {
  readonly policy: PresentationPolicy;
  readonly onClose: () => void;
}): ReactElement {
  const { adHoc } = useActions();
  const services = useServices(policy);
  const wanted = useWindowState((state) => state.view.adHocService);
  const [service, setService] = useState<BareJid>(
    () => services.find(({ jid }) => jid === wanted)?.jid ?? (policy.domain as BareJid),
  );
  const [listed, setListed] = useState<Listed>({ kind: 'loading' });
  const [chosen, setChosen] = useState<AdHocCommand>();
  /** The list that was asked for last: an answer to an earlier question is none. */
  const asked = useRef(0);
  const load = useCallback(async () => {
    asked.current += 1;
    const question = asked.current;
    setListed({ kind: 'loading' });
    const reply = await adHoc.list(service);
    if (question !== asked.current) return;
    setListed(
      reply.ok
        ? { kind: 'listed', commands: reply.adHocCommands ?? [] }
        : { kind: 'failed', error: reply.error },
    );
  }, [adHoc, service]);
  useEffect(() => {
    void load();
    return () => {
      asked.current += 1;
    };
  }, [load]);
  return (
    <Modal title={ADHOC_TEXT.title} onClose={onClose} size="large">
      {chosen === undefined ? (
        <>
          <p className="hint">{ADHOC_TEXT.lead}</p>
          <div className="form-field">
            <label className="field-label" htmlFor="adhoc-service">
              {ADHOC_TEXT.service}
            </label>
            <select
              id="adhoc-service"
              className="text-field"
              value={service}
              onChange={(event) => setService(event.target.value as BareJid)}
            >
              {services.map(({ jid, name }) => (
                <option key={jid} value={jid}>
                  {name}
                </option>
              ))}
            </select>
          </div>
          <CommandList listed={listed} onChoose={setChosen} onAgain={load} />
        </>
      ) : (
        <AdHocRun
          key={`${service} ${chosen.node}`}
          service={service}
          command={chosen}
          onList={() => setChosen(undefined)}
          onClose={onClose}
        />
      )}
    </Modal>
  );
}

function CommandList({
  listed,
  onChoose,
  onAgain,
}: {
  readonly listed: Listed;
  readonly onChoose: (command: AdHocCommand) => void;
  readonly onAgain: () => void;
}): ReactElement {
  const list = useRovingFocus<HTMLUListElement>();
  const commands = listed.kind === 'listed' ? listed.commands : [];
  const empty = listed.kind === 'listed' && commands.length === 0;
  return (
    <>
      <p className="lead adhoc-status" role="status">
        {listed.kind === 'loading' ? ADHOC_TEXT.loading : empty ? ADHOC_TEXT.empty : null}
      </p>
      {listed.kind === 'failed' ? <ErrorNotice error={listed.error} /> : null}
      <ul
        ref={list}
        className="people-list adhoc-list"
        aria-label={ADHOC_TEXT.list}
        hidden={commands.length === 0}
      >
        {commands.map((command) => (
          <li key={command.node}>
            <button type="button" className="adhoc-command" data-roving onClick={() => onChoose(command)}>
              <bdi>{command.name}</bdi>
            </button>
          </li>
        ))}
      </ul>
      {listed.kind === 'failed' || empty ? (
        <div className="button-row">
          <button type="button" className="button" onClick={onAgain}>
            {ADHOC_TEXT.again}
          </button>
        </div>
      ) : null}
    </>
  );
}
