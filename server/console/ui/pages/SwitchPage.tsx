import type { ReactElement } from 'react';
import type { SwitchInfo, SwitchKind } from '../../contract.ts';
import { useDesk, useLoaded } from '../parts/hooks.ts';
import { NameList } from '../parts/NameList.tsx';
import { ErrorNotice } from '../parts/Notice.tsx';
import { useSwitches } from '../parts/SwitchDialog.tsx';
import { TEXT } from '../text/frame.ts';
import { SWITCH } from '../text/switch.ts';

const EVERY_MS = 2000;
const KINDS: readonly SwitchKind[] = ['user', 'machine', 'room', 'partner', 'feed'];

function namesOf({
  users,
  machines,
  rooms,
  partners,
  feeds,
}: SwitchInfo): Record<SwitchKind, readonly string[]> {
  return { user: users, machine: machines, room: rooms, partner: partners, feed: feeds };
}

export function SwitchPage(): ReactElement {
  const { session } = useDesk();
  const { value, error, reload } = useLoaded<SwitchInfo>('/api/switch', EVERY_MS);
  const { ask, outcome, dialog } = useSwitches(reload);
  const may = session.who.role === 'operator';
  if (value === undefined)
    return error === undefined ? <p className="quiet">{TEXT.loading}</p> : <ErrorNotice error={error} />;
  const isOn = value.service === 'on';
  const names = namesOf(value);
  return (
    <div className="stack">
      <p className="quiet">{may ? SWITCH.intro : SWITCH.readOnly}</p>
      <ErrorNotice error={error} />
      {outcome}
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
            className={isOn ? 'button button-danger' : 'button button-primary'}
            onClick={() => ask({ kind: 'service', name: 'all', position: isOn ? 'off' : 'on' })}
          >
            {isOn ? SWITCH.turnServiceOff : SWITCH.turnServiceOn}
          </button>
        ) : null}
      </section>
      <div className="columns two">
        {KINDS.map((kind) => (
          <NameList
            key={kind}
            title={SWITCH.kinds[kind].title}
            none={SWITCH.kinds[kind].none}
            label={SWITCH.kinds[kind].label}
            hint={SWITCH.kinds[kind].hint}
            note={kind === 'partner' && session.engine === 'ejabberd' ? SWITCH.noFederation : undefined}
            mark={TEXT.off}
            names={names[kind]}
            deeds={
              may
                ? {
                    add: SWITCH.turnOff,
                    undo: SWITCH.turnOn,
                    undoOf: (name) => `${SWITCH.turnOn} ${kind} ${name}`,
                    onAdd: (name) => ask({ kind, name, position: 'off' }),
                    onUndo: (name) => ask({ kind, name, position: 'on' }),
                  }
                : undefined
            }
          />
        ))}
      </div>
      {dialog}
    </div>
  );
}
