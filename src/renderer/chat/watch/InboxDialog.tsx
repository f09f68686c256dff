import { type ReactElement, useState } from 'react';
import { SEVERITIES, type Severity } from '../../../shared/watch-contract.ts';
import { useActions, useWindowState } from '../../hooks/services.ts';
import { useFocusFirst } from '../../hooks/use-focus-first.ts';
import { useNow } from '../../hooks/use-now.ts';
import { useRovingFocus } from '../../hooks/use-roving-focus.ts';
import { Modal } from '../../parts/Modal.tsx';
import { SCROLLABLE } from '../../parts/scrollable.ts';
import {
  type AlertFilter,
  filteredAlerts,
  isAnyShared,
  labelsOf,
  NO_FILTER,
  SPANS,
  type Span,
} from '../../state/alerts.ts';
import { SEVERITY_TEXT, WATCH_TEXT } from '../../text/watch.ts';
import { AlertRow } from './AlertRow.tsx';

/** Rows that are laid out; with more, the filters are the way. */
const MAX_ROWS = 200;
const MINUTE_MS = 60_000;

function isSpan(value: string): value is Span {
  return Object.hasOwn(SPANS, value);
}

/** Alerts and mentions of all conversations, the unacknowledged ones first. */
export function InboxDialog({ onClose }: { readonly onClose: () => void }): ReactElement {
  const actions = useActions();
  const alerts = useWindowState((state) => state.chat.collections.alerts);
  const [filter, setFilter] = useState<AlertFilter>(NO_FILTER);
  const now = useNow(MINUTE_MS);
  const list = useRovingFocus<HTMLUListElement>();
  const first = useFocusFirst<HTMLSelectElement>();
  const shown = filteredAlerts(alerts, filter, now);
  const raised = shown.filter(({ acknowledged }) => acknowledged === undefined);
  const change = (part: Partial<AlertFilter>) => setFilter((present) => ({ ...present, ...part }));
  return (
    <Modal title={WATCH_TEXT.inbox} onClose={onClose} size="wide">
      <div className="inbox">
        <div className="inbox-filters">
          <label>
            {WATCH_TEXT.show}
            <select
              ref={first}
              className="text-field"
              value={filter.all ? 'all' : filter.nobody ? 'nobody' : 'raised'}
              onChange={({ target: { value } }) =>
                change({ all: value === 'all', nobody: value === 'nobody' })
              }
            >
              <option value="raised">{WATCH_TEXT.unacknowledged}</option>
              {filter.nobody || isAnyShared(alerts) ? (
                <option value="nobody">{WATCH_TEXT.unacknowledgedByAll}</option>
              ) : null}
              <option value="all">{WATCH_TEXT.everything}</option>
            </select>
          </label>
          <label>
            {WATCH_TEXT.severity}
            <select
              className="text-field"
              value={filter.severity ?? ''}
              onChange={(event) => {
                const severity = SEVERITIES.find((one): one is Severity => one === event.target.value);
                change({ severity });
              }}
            >
              <option value="">{WATCH_TEXT.anySeverity}</option>
              {SEVERITIES.map((severity) => (
                <option key={severity} value={severity}>
                  {SEVERITY_TEXT[severity]}
                </option>
              ))}
            </select>
          </label>
          <label>
            {WATCH_TEXT.label}
            <select
              className="text-field"
              value={filter.label === undefined ? 'any' : `is ${filter.label}`}
              onChange={(event) =>
                change({ label: event.target.value === 'any' ? undefined : event.target.value.slice(3) })
              }
            >
              <option value="any">{WATCH_TEXT.anyLabel}</option>
              {labelsOf(alerts).map((label) => (
                <option key={label} value={`is ${label}`}>
                  {label === '' ? WATCH_TEXT.noLabel : label}
                </option>
              ))}
            </select>
          </label>
          <label>
            {WATCH_TEXT.since}
            <select
              className="text-field"
              value={filter.span}
              onChange={(event) => {
                if (isSpan(event.target.value)) change({ span: event.target.value });
              }}
            >
              {Object.entries(WATCH_TEXT.spans).map(([span, text]) => (
                <option key={span} value={span}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          <label className="inbox-sender">
            {WATCH_TEXT.sender}
            <input
              type="search"
              className="text-field"
              value={filter.sender}
              onChange={(event) => change({ sender: event.target.value })}
            />
          </label>
        </div>
        {shown.length === 0 ? (
          <p className="inbox-empty">{alerts.size === 0 ? WATCH_TEXT.empty : WATCH_TEXT.noMatch}</p>
        ) : (
          <ul ref={list} className="inbox-list" aria-label={WATCH_TEXT.inbox} {...SCROLLABLE}>
            {shown.slice(0, MAX_ROWS).map((alert) => (
              <AlertRow key={alert.id} alert={alert} />
            ))}
          </ul>
        )}
        <div className="button-row">
          {raised.length === 0 ? null : (
            <button
              type="button"
              className="button"
              onClick={() => actions.watch.acknowledge(raised.slice(0, MAX_ROWS).map(({ id }) => id))}
            >
              {WATCH_TEXT.acknowledgeShown(Math.min(raised.length, MAX_ROWS))}
            </button>
          )}
          <button type="button" className="button" onClick={() => actions.show('watchwords')}>
            {WATCH_TEXT.words}
          </button>
        </div>
      </div>
    </Modal>
  );
}
