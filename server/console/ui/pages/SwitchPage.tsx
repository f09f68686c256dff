import { type ReactElement, useState } from 'react';
import type { ApprovalInfo, SwitchInfo, SwitchKind, SwitchResult } from '../../contract.ts';
import { toSegment } from '../../room-names.ts';
import { useDesk, useLoaded } from '../parts/hooks.ts';
import { NameList } from '../parts/NameList.tsx';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { SWITCH, TEXT } from '../text.ts';

interface Asked {
  readonly kind: 'service' | SwitchKind;
  readonly name: string;
  readonly position: 'on' | 'off';
}

type Result = SwitchResult | { readonly approval: ApprovalInfo };

const EVERY_MS = 2000;
const KINDS: readonly SwitchKind[] = ['user', 'machine', 'room', 'partner'];

function targetText({ kind, name }: Asked): string {
  return kind === 'service' ? SWITCH.service.toLowerCase() : `${kind} ${name}`;
}

function effectText({ kind, position }: Asked): string {
  if (position === 'on') return SWITCH.onText;
  return kind === 'service' ? SWITCH.serviceOffText : SWITCH.kinds[kind].off;
}

function namesOf({ users, machines, rooms, partners }: SwitchInfo): Record<SwitchKind, readonly string[]> {
  return { user: users, machine: machines, room: rooms, partner: partners };
}

function Outcome({ result }: { readonly result: Result | undefined }): ReactElement | null {
  if (result === undefined) return null;
  if ('approval' in result)
    return (
      <Notice kind="warn" title={TEXT.waitsTitle}>
        {TEXT.waitsText}
      </Notice>
    );
  const { ended, removed, streams } = result;
  return (
    <Notice kind="good" title={TEXT.doneTitle}>
      {SWITCH.confirmed(ended, removed, streams)}
    </Notice>
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
  const names = namesOf(value);
  return (
    <div className="stack">
      <p className="quiet">{may ? SWITCH.intro : SWITCH.readOnly}</p>
      <ErrorNotice error={error} />
      <Outcome result={result} />
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
      <div className="columns two">
        {KINDS.map((kind) => (
          <NameList
            key={kind}
            title={SWITCH.kinds[kind].title}
            none={SWITCH.kinds[kind].none}
            label={SWITCH.kinds[kind].label}
            hint={SWITCH.kinds[kind].hint}
            mark={TEXT.off}
            names={names[kind]}
            deeds={
              may
                ? {
                    add: SWITCH.turnOff,
                    undo: SWITCH.turnOn,
                    undoOf: (name) => `${SWITCH.turnOn} ${kind} ${name}`,
                    onAdd: (name) => setAsked({ kind, name, position: 'off' }),
                    onUndo: (name) => setAsked({ kind, name, position: 'on' }),
                  }
                : undefined
            }
          />
        ))}
      </div>
      {asked === undefined ? null : (
        <ReasonDialog
          title={SWITCH.askTitle(targetText(asked), asked.position)}
          action={SWITCH.askAction(asked.position)}
          danger={asked.position === 'off'}
          onClose={() => setAsked(undefined)}
          onDo={async (reason) => {
            const { kind, name, position } = asked;
            // what the one before did says nothing about this one
            setResult(undefined);
            setResult(
              await api.ask<Result>(
                `/api/switch/${kind}/${encodeURIComponent(kind === 'room' ? toSegment(name) : name)}`,
                {
                  method: 'PUT',
                  body: { position, reason },
                },
              ),
            );
            reload();
          }}
        >
          <p>{effectText(asked)}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
