import { type ReactElement, useState } from 'react';
import type { MachineInfo, MachineList } from '../../contract.ts';
import { shortTime } from '../format.ts';
import { Field } from '../parts/Field.tsx';
import { useDesk, useLoaded } from '../parts/hooks.ts';
import { Tick } from '../parts/Lines.tsx';
import { ErrorNotice } from '../parts/Notice.tsx';
import { ReasonDialog } from '../parts/ReasonDialog.tsx';
import { Rows } from '../parts/Rows.tsx';
import { TEXT } from '../text/frame.ts';
import { MACHINES, PEOPLE } from '../text/people.ts';

const SHOWN = 200;
const NONE: MachineInfo = {
  kid: '',
  revoked: false,
  off: false,
  users: undefined,
  epoch: null,
  required: null,
  graceUntil: null,
  policy: null,
  sequence: null,
  version: null,
  seen: '',
  user: '',
};

function MachineState({ revoked, off }: MachineInfo): ReactElement {
  if (revoked) return <span className="mark danger">{MACHINES.revoked}</span>;
  if (off) return <span className="mark danger">{MACHINES.off}</span>;
  return <span className="mark good">{MACHINES.enrolled}</span>;
}

function MachineDialog(props: {
  readonly machine: MachineInfo;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): ReactElement {
  const { machine, onClose, onDone } = props;
  const { api } = useDesk();
  const [kid, setKid] = useState(machine.kid);
  const [revoked, setRevoked] = useState(machine.revoked);
  const [users, setUsers] = useState(machine.users?.join(' ') ?? '');
  return (
    <ReasonDialog
      title={MACHINES.changeTitle(machine.kid)}
      action="Save"
      danger={revoked}
      ready={kid.trim() !== ''}
      onClose={onClose}
      onDo={async (reason) => {
        const named = users.split(/\s+/).filter((name) => name !== '');
        await api.ask(`/api/machines/${encodeURIComponent(kid.trim())}`, {
          method: 'PUT',
          body: {
            state: revoked ? 'revoked' : 'enrolled',
            ...(named.length === 0 ? {} : { users: named }),
            reason,
          },
        });
        onDone();
      }}
    >
      {machine.kid === '' ? (
        <Field label={MACHINES.machine} value={kid} onChange={setKid} maxLength={64} required />
      ) : null}
      <Tick label={MACHINES.isRevoked} value={revoked} onChange={setRevoked} />
      <Field label={MACHINES.usersHint} value={users} onChange={setUsers} maxLength={50_000} />
    </ReasonDialog>
  );
}

/** `3 → 4`: what it last used, and what it has to use. */
function Epoch({ epoch, required, graceUntil }: MachineInfo): ReactElement {
  const now = epoch === null ? '–' : String(epoch);
  if (required === null || (epoch !== null && epoch >= required)) return <>{now}</>;
  const over = graceUntil === null || Date.parse(graceUntil) <= Date.now();
  return (
    <span className={`mark ${over ? 'danger' : 'warn'}`}>
      {MACHINES.moving(now, required, over ? undefined : shortTime(graceUntil ?? ''))}
    </span>
  );
}

function MoveDialog(props: {
  readonly machine: MachineInfo;
  readonly onClose: () => void;
  readonly onDone: () => void;
}): ReactElement {
  const { machine, onClose, onDone } = props;
  const { api } = useDesk();
  const next = Math.max(machine.epoch ?? 0, machine.required ?? 0);
  const [epoch, setEpoch] = useState(next === 0 ? '' : String(next + 1));
  const [hours, setHours] = useState('24');
  const whole = (text: string): boolean => /^\d{1,9}$/.test(text.trim());
  return (
    <ReasonDialog
      title={MACHINES.moveTitle(machine.kid)}
      action={MACHINES.moveAction}
      danger={hours.trim() === '0'}
      ready={whole(epoch) && whole(hours)}
      onClose={onClose}
      onDo={async (reason) => {
        await api.ask(`/api/machines/${encodeURIComponent(machine.kid)}/epoch`, {
          method: 'PUT',
          body: { epoch: Number(epoch), graceMinutes: Number(hours) * 60, reason },
        });
        onDone();
      }}
    >
      <p className="quiet">{MACHINES.moveText}</p>
      <Field label={MACHINES.moveEpoch} value={epoch} onChange={setEpoch} maxLength={9} required />
      <Field label={MACHINES.moveGrace} value={hours} onChange={setHours} maxLength={4} required />
    </ReasonDialog>
  );
}

export function MachinesPage(): ReactElement {
  const { session } = useDesk();
  const [text, setText] = useState('');
  const [changing, setChanging] = useState<MachineInfo | undefined>(undefined);
  const [moving, setMoving] = useState<MachineInfo | undefined>(undefined);
  const query = new URLSearchParams({
    limit: String(SHOWN),
    ...(text.trim() === '' ? {} : { text: text.trim() }),
  });
  const { value, error, reload } = useLoaded<MachineList>(`/api/machines?${query}`, undefined);
  const may = session.who.role === 'operator';
  return (
    <div className="stack">
      <p className="quiet">{MACHINES.intro}</p>
      <div className="section-line">
        <search className="inline-form">
          <Field label={MACHINES.filter} value={text} onChange={setText} maxLength={64} />
        </search>
        <span className="quiet grow">
          {value === undefined ? '' : PEOPLE.more(value.machines.length, value.total)}
        </span>
        {may ? (
          <button type="button" className="button" onClick={() => setChanging(NONE)}>
            {MACHINES.enrol}
          </button>
        ) : null}
      </div>
      <ErrorNotice error={error} />
      {value === undefined ? null : value.machines.length === 0 ? (
        <p className="empty">{MACHINES.empty}</p>
      ) : (
        <Rows
          label={MACHINES.machine}
          rows={value.machines}
          keyOf={({ kid }) => kid}
          columns={[
            { name: MACHINES.state, cell: (machine) => <MachineState {...machine} /> },
            { name: MACHINES.machine, cell: ({ kid }) => kid },
            { name: MACHINES.epoch, cell: (machine) => <Epoch {...machine} />, className: 'number' },
            {
              name: MACHINES.policy,
              cell: ({ policy, sequence }) => (sequence === null ? '–' : `${policy ?? ''} ${sequence}`),
            },
            { name: MACHINES.version, cell: ({ version }) => version ?? '–' },
            { name: MACHINES.user, cell: ({ user }) => <bdi>{user.split('@')[0]}</bdi> },
            {
              name: MACHINES.seen,
              cell: ({ seen }) => (seen === '' ? '–' : shortTime(seen)),
              className: 'time',
            },
            {
              name: MACHINES.users,
              cell: ({ users }) => (
                <span className="two-lines">{users?.join(', ') ?? MACHINES.everybody}</span>
              ),
              className: 'wide',
            },
            ...(may
              ? [
                  {
                    name: TEXT.action,
                    cell: (machine: MachineInfo) => (
                      <span className="buttons">
                        <button
                          type="button"
                          className="button row-button"
                          aria-label={`${MACHINES.change} ${machine.kid}`}
                          onClick={() => setChanging(machine)}
                        >
                          {MACHINES.change}
                        </button>
                        <button
                          type="button"
                          className="button row-button"
                          aria-label={`${MACHINES.move} ${machine.kid}`}
                          onClick={() => setMoving(machine)}
                        >
                          {MACHINES.move}
                        </button>
                      </span>
                    ),
                  },
                ]
              : []),
          ]}
        />
      )}
      {changing === undefined ? null : (
        <MachineDialog machine={changing} onClose={() => setChanging(undefined)} onDone={reload} />
      )}
      {moving === undefined ? null : (
        <MoveDialog machine={moving} onClose={() => setMoving(undefined)} onDone={reload} />
      )}
    </div>
  );
}
