import { useMemo } from 'react';
import type { BareJid } from '../../../shared/jid.ts';
import type { LabelRules, SecurityLabel } from '../../../shared/labels.ts';
import { useWindowState } from '../../hooks/services.ts';
import { NO_LABELS } from '../../state/seen-labels.ts';
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
  if (view.active === undefined) return NO_LABELS;
  return chat.conversations.get(view.active.jid)?.labels ?? NO_LABELS;
}

/** What the banners show; `undefined` without a valid policy. */
export function useMarking(): Marking | undefined {
  const banner = useWindowState(({ app }) => (app?.kind === 'running' ? app.policy.banner : undefined));
  const catalogue = useLabelRules()?.labels.catalogue ?? NO_CATALOGUE;
  const seen = useWindowState(labelsInSight);
  return useMemo(() => banner && markingOf(banner, catalogue, seen), [banner, catalogue, seen]);
}
