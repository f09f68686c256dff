/** One switch thrown: the question with the reason, and what the server, or the rule of two persons, made of it. */
import { type ReactElement, useState } from 'react';
import type { ApprovalInfo, SessionInfo, SwitchKind, SwitchResult } from '../../contract.ts';
import { toSegment } from '../../room-names.ts';
import { TEXT } from '../text/frame.ts';
import { SWITCH } from '../text/switch.ts';
import { useDesk } from './hooks.ts';
import { Notice } from './Notice.tsx';
import { ReasonDialog } from './ReasonDialog.tsx';
import type { Column } from './Rows.tsx';

/** What is to be switched; the service's name is `all`, a room's its localpart, a feed's its node or whose own it is. */
interface SwitchAsked {
  readonly kind: 'service' | SwitchKind;
  readonly name: string;
  readonly position: 'on' | 'off';
}

type SwitchOutcome = SwitchResult | { readonly approval: ApprovalInfo };

function targetText({ kind, name }: SwitchAsked): string {
  return kind === 'service' ? SWITCH.service.toLowerCase() : `${kind} ${name}`;
}

function effectText({ kind, position }: SwitchAsked, engine: SessionInfo['engine']): string {
  if (position === 'on') return SWITCH.onText;
  if (kind === 'partner' && engine === 'ejabberd') return SWITCH.noFederation;
  return kind === 'service' ? SWITCH.serviceOffText : SWITCH.kinds[kind].off;
}

/** Says what came of it; nothing before anything did. */
function Outcome({ result }: { readonly result: SwitchOutcome | undefined }): ReactElement | null {
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

function SwitchDialog(props: {
  readonly asked: SwitchAsked;
  /** Undefined when it is asked anew: what the one before did says nothing about this one. */
  readonly onResult: (result: SwitchOutcome | undefined) => void;
  readonly onClose: () => void;
}): ReactElement {
  const { asked, onResult, onClose } = props;
  const { api, session } = useDesk();
  const { kind, name, position } = asked;
  return (
    <ReasonDialog
      title={SWITCH.askTitle(targetText(asked), position)}
      action={SWITCH.askAction(position)}
      danger={position === 'off'}
      onClose={onClose}
      onDo={async (reason) => {
        onResult(undefined);
        const segment = encodeURIComponent(kind === 'room' || kind === 'feed' ? toSegment(name) : name);
        onResult(
          await api.ask<SwitchOutcome>(`/api/switch/${kind}/${segment}`, {
            method: 'PUT',
            body: { position, reason },
          }),
        );
      }}
    >
      <p>{effectText(asked, session.engine)}</p>
    </ReasonDialog>
  );
}

/** A row of what the switch can put off. */
interface Switched {
  /** As the switch has it. */
  readonly name: string;
  readonly off: boolean;
}

/** A name in a table, and whether it is off. */
export function SwitchedName({ name, off }: Switched): ReactElement {
  return (
    <>
      <bdi>{name}</bdi> {off ? <span className="mark danger">{TEXT.off}</span> : null}
    </>
  );
}

/**
 * The switches of a page: `ask` opens the dialog, as do the buttons of the column. `onDone`: something was switched, or waits for a
 * second person.
 */
export function useSwitches(onDone: () => void): {
  readonly ask: (asked: SwitchAsked) => void;
  readonly column: (kind: SwitchKind) => Column<Switched>;
  readonly outcome: ReactElement;
  readonly dialog: ReactElement | null;
} {
  const [asked, setAsked] = useState<SwitchAsked | undefined>(undefined);
  const [result, setResult] = useState<SwitchOutcome | undefined>(undefined);
  return {
    ask: setAsked,
    column: (kind) => ({
      name: TEXT.action,
      cell: ({ name, off }) => {
        const label = off ? SWITCH.turnOn : SWITCH.turnOff;
        return (
          <button
            type="button"
            className="button row-button"
            aria-label={`${label} ${kind} ${name}`}
            onClick={() => setAsked({ kind, name, position: off ? 'on' : 'off' })}
          >
            {label}
          </button>
        );
      },
    }),
    outcome: <Outcome result={result} />,
    dialog:
      asked === undefined ? null : (
        <SwitchDialog
          asked={asked}
          onResult={(next) => {
            setResult(next);
            if (next !== undefined) onDone();
          }}
          onClose={() => setAsked(undefined)}
        />
      ),
  };
}
