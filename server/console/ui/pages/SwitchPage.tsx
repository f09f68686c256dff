import { type ReactElement, useId, useState } from 'react';
import type { ApprovalInfo, SwitchInfo } from '../../contract.ts';
import { useDesk, useLoaded } from '../parts/hooks.ts';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { SWITCH, TEXT } from '../text.ts';

interface Asked {
  readonly kind: 'service' | 'user' | 'machine';
  readonly name: string;
  readonly position: 'on' | 'off';
}

type Result = { readonly ended: number } | { readonly approval: ApprovalInfo };

const EVERY_MS = 2000;

function targetText({ kind, name }: Asked): string {
  return kind === 'service' ? SWITCH.service.toLowerCase() : `${kind} ${name}`;
}

function OffList(props: {
  readonly kind: 'user' | 'machine';
  readonly names: readonly string[];
  readonly may: boolean;
  readonly onAsk: (asked: Asked) => void;
}): ReactElement {
  const { kind, names, may, onAsk } = props;
  const [name, setName] = useState('');
  const field = useId();
  const user = kind === 'user';
  return (
    <section className="card" aria-label={user ? SWITCH.users : SWITCH.machines}>
      <h2>
        {user ? SWITCH.users : SWITCH.machines} <span className="count">{names.length}</span>
      </h2>
      {names.length === 0 ? <p className="quiet">{user ? SWITCH.noUsers : SWITCH.noMachines}</p> : null}
      <ul className="off-list">
        {names.map((off) => (
          <li key={off}>
            <span className="mark danger">{TEXT.off}</span>
            <span className="grow">{off}</span>
            {may ? (
              <button
                type="button"
                className="button"
                aria-label={`${SWITCH.turnOn} ${kind} ${off}`}
                onClick={() => onAsk({ kind, name: off, position: 'on' })}
              >
                {SWITCH.turnOn}
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {may ? (
        <form
          className="inline-form"
          onSubmit={(event) => {
            event.preventDefault();
            onAsk({ kind, name: name.trim(), position: 'off' });
            setName('');
          }}
        >
          <label htmlFor={field}>{user ? SWITCH.user : SWITCH.machine}</label>
          <input
            id={field}
            className="grow"
            required
            maxLength={255}
            autoComplete="off"
            spellCheck={false}
            placeholder={user ? SWITCH.userHint : SWITCH.machineHint}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <button type="submit" className="button" disabled={name.trim() === ''}>
            {SWITCH.turnOff}
          </button>
        </form>
      ) : null}
    </section>
  );
}

export function SwitchPage(): ReactElement {
  const { api, session } = useDesk();
  const { value, error, reload } = useLoaded<SwitchInfo>('/api/switch', EVERY_MS);
  const [asked, setAsked] = useState<Asked | undefined>(undefined);
  const [result, setResult] = useState<Result | undefined>(undefined);
  const may = session.who.role === 'operator';
  if (value === undefined)
    return error === undefined ? <p className="quiet">{TEXT.loading}</p> : <ErrorNotice error={error} />;
  const isOn = value.service === 'on';
  return (
    <div className="stack">
      <p className="quiet">{may ? SWITCH.intro : SWITCH.readOnly}</p>
      <ErrorNotice error={error} />
      {result === undefined ? null : 'approval' in result ? (
        <Notice kind="warn" title={TEXT.waitsTitle}>
          {TEXT.waitsText}
        </Notice>
      ) : (
        <Notice kind="good" title={TEXT.doneTitle}>
          {SWITCH.confirmed(result.ended)}
        </Notice>
      )}
      <section className={isOn ? 'card service' : 'card service is-off'} aria-label={SWITCH.service}>
        <span className={isOn ? 'lamp good' : 'lamp danger'} aria-hidden="true" />
        <div className="grow">
          <h2>{isOn ? SWITCH.serviceOn : SWITCH.serviceOff}</h2>
          <p className="quiet">
            {isOn ? SWITCH.serviceOnText : SWITCH.serviceOffText} {SWITCH.revision(value.revision)}
          </p>
        </div>
        {may ? (
          <button
            type="button"
            className={isOn ? 'button danger' : 'button primary'}
            onClick={() => setAsked({ kind: 'service', name: 'all', position: isOn ? 'off' : 'on' })}
          >
            {isOn ? SWITCH.turnServiceOff : SWITCH.turnServiceOn}
          </button>
        ) : null}
      </section>
      <div className="columns">
        <OffList kind="user" names={value.users} may={may} onAsk={setAsked} />
        <OffList kind="machine" names={value.machines} may={may} onAsk={setAsked} />
      </div>
      {asked === undefined ? null : (
        <ReasonDialog
          title={`Switch ${targetText(asked)} ${asked.position}?`}
          action={`Switch ${asked.position}`}
          danger={asked.position === 'off'}
          onClose={() => setAsked(undefined)}
          onDo={async (reason) => {
            const { kind, name, position } = asked;
            setResult(
              await api.ask<Result>(`/api/switch/${kind}/${encodeURIComponent(name)}`, {
                method: 'PUT',
                body: { position, reason },
              }),
            );
            reload();
          }}
        >
          <p>{SWITCH.intro}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
