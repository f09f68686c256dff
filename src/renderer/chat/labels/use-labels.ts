import { useMemo } from 'react';
import type { BareJid } from '../../../shared/jid.ts';
import type { LabelRules, SecurityLabel } from '../../../shared/labels.ts';
import { useWindowState } from '../../hooks/services.ts';
import { MAX_FOREIGN, NO_LABELS, type SeenLabels, together, withLabelsOf } from '../../state/seen-labels.ts';
import type { WindowState } from '../../state/store.ts';
import { type CurrentLabel, currentLabel, labelRulesOf } from './current-label.ts';
import { type Marking, markingOf } from './high-water.ts';

const NO_CATALOGUE: readonly SecurityLabel[] = [];

export function useLabelRules(): LabelRules | undefined {
  return useWindowState(({ app }) => labelRulesOf(app));
}

/** What the next message of a conversation has; `undefined`: the policy has no labels. */
export function useCurrentLabel(jid: BareJid): CurrentLabel | undefined {
  const rules = useLabelRules();
  const chosen = useWindowState((state) => state.view.labels.get(jid));
  return useMemo(
    () => (rules === undefined ? undefined : currentLabel(rules, jid, chosen)),
    [rules, jid, chosen],
  );
}

/** The labels of what is on the screen: nothing of a conversation is, behind a cover or before sign-in. */
function labelsInSight({ app, chat, view }: WindowState) {
  if (app?.kind !== 'running' || app.signIn.step !== 'online' || app.screenLocked) return NO_LABELS;
  const open = view.floorShown ? view.tiles : view.active === undefined ? [] : [view.active];
  const parts = open.map(({ jid }) => chat.conversations.get(jid)?.labels ?? NO_LABELS);
  if (!view.floorShown && view.feed !== undefined) parts.push(feedLabels(chat.collections.feedItems));
  if (view.board !== undefined && view.board === view.active?.jid && !view.floorShown)
    parts.push(boardLabels(chat.collections.boardElements));
  if (view.dialog === 'inbox') parts.push(alertLabels(chat.collections.alerts));
  return unionOf(parts);
}

const unionOf = lastUnion();
const feedLabels = lastOf((items: WindowState['chat']['collections']['feedItems']) =>
  withLabelsOf(NO_LABELS, [...items.values()]),
);
const alertLabels = lastOf((alerts: WindowState['chat']['collections']['alerts']) =>
  withLabelsOf(NO_LABELS, [...alerts.values()]),
);

const boardLabels = lastOf((items: WindowState['chat']['collections']['boardElements']) =>
  withLabelsOf(
    NO_LABELS,
    [...items.values()].map(({ drawn }) => drawn),
  ),
);

/** Remembers what came of the last value: as long as nothing changed, neither does the object. */
function lastOf<From, To>(make: (from: From) => To): (from: From) => To {
  let last: { readonly from: From; readonly to: To } | undefined;
  return (from) => {
    if (last === undefined || last.from !== from) last = { from, to: make(from) };
    return last.to;
  };
}

/** All labels of the parts, as one object as long as the parts are the same. */
function lastUnion(): (parts: readonly SeenLabels[]) => SeenLabels {
  let last: readonly SeenLabels[] = [];
  let union = NO_LABELS;
  return (parts) => {
    if (parts.length === last.length && parts.every((part, index) => part === last[index])) return union;
    last = parts;
    const [only] = parts;
    if (parts.length === 1 && only !== undefined) union = only;
    else {
      union = {
        known: new Set(parts.flatMap(({ known }) => [...known])),
        foreign: new Set(parts.flatMap(({ foreign }) => [...foreign]).slice(0, MAX_FOREIGN)),
      };
    }
    return union;
  };
}

/** What the banners show; `undefined` without a valid policy. */
export function useMarking(): Marking | undefined {
  const banner = useWindowState(({ app }) => (app?.kind === 'running' ? app.policy.banner : undefined));
  const catalogue = useLabelRules()?.labels.catalogue ?? NO_CATALOGUE;
  const seen = useWindowState(labelsInSight);
  const beside = useWindowState(({ view }) => view.shownLabels);
  return useMemo(
    () => banner && markingOf(banner, catalogue, together(seen, beside)),
    [banner, catalogue, seen, beside],
  );
}
