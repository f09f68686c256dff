/** The inbox of alerts: what is in it, in which order, by which filters. Pure. */
import type { CollectionMaps } from '../../shared/chat-collections.ts';
import { type Alert, SEVERITIES, type Severity } from '../../shared/watch-contract.ts';
import { foldText } from './directory.ts';

const HOUR_MS = 3_600_000;

export const SPANS = { hour: HOUR_MS, shift: 12 * HOUR_MS, all: Number.POSITIVE_INFINITY } as const;
export type Span = keyof typeof SPANS;

export interface AlertFilter {
  /** Those that were acknowledged as well. */
  readonly all: boolean;
  /** Of those that were not, only what nobody else acknowledged either. */
  readonly nobody: boolean;
  readonly severity: Severity | undefined;
  /** The words of a label; empty: those without one; absent: any. */
  readonly label: string | undefined;
  /** A part of the sender's name. */
  readonly sender: string;
  readonly span: Span;
}

export const NO_FILTER: AlertFilter = {
  all: false,
  nobody: false,
  severity: undefined,
  label: undefined,
  sender: '',
  span: 'all',
};

/** Alerts that nobody has acknowledged. */
export function raisedAlerts(alerts: CollectionMaps['alerts']): readonly Alert[] {
  return [...alerts.values()].filter(({ acknowledged }) => acknowledged === undefined);
}

/** What the inbox shows: raised ones before acknowledged ones, the more severe before the less, newest first. */
export function filteredAlerts(
  alerts: CollectionMaps['alerts'],
  filter: AlertFilter,
  now: number,
): readonly Alert[] {
  const sender = foldText(filter.sender.trim());
  const from = now - SPANS[filter.span];
  const shown = [...alerts.values()].filter(
    (alert) =>
      (filter.all || alert.acknowledged === undefined) &&
      (filter.all || !filter.nobody || alert.others === undefined) &&
      (filter.severity === undefined || alert.severity === filter.severity) &&
      (filter.label === undefined || (alert.label?.text ?? '') === filter.label) &&
      (sender === '' || foldText(alert.shownAs ?? alert.sender).includes(sender)) &&
      alert.at >= from,
  );
  const rank = (alert: Alert) =>
    alert.acknowledged === undefined ? SEVERITIES.indexOf(alert.severity) + 1 : 0;
  return shown.sort((a, b) => rank(b) - rank(a) || b.at - a.at);
}

/** Whether anybody else has told of an acknowledgement: only then does it say something that nobody has. */
export function isAnyShared(alerts: CollectionMaps['alerts']): boolean {
  return [...alerts.values()].some(({ others }) => others !== undefined);
}

/** The labels that alerts have, in words and in order; empty words for those without one. */
export function labelsOf(alerts: CollectionMaps['alerts']): readonly string[] {
  return [...new Set([...alerts.values()].map(({ label }) => label?.text ?? ''))].sort((a, b) =>
    a.localeCompare(b),
  );
}
