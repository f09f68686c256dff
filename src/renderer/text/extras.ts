/** Where people are and what they do. */
import type { Activity } from '../../shared/presence-extras.ts';

export const ACTIVITY_TEXT: Readonly<Record<Activity['general'], string>> = {
  working: 'Working',
  having_appointment: 'In a meeting',
  talking: 'On the phone',
  traveling: 'On the way',
  eating: 'At a meal',
  inactive: 'Resting',
};

export const EXTRAS_TEXT = {
  position: 'Position',
  positionTitle: 'Share your position',
  positionLead: 'Everybody who sees your presence sees it until you stop sharing it. It carries no label.',
  positionField: 'MGRS, or latitude and longitude',
  positionHint: 'For example 18S UJ 23480 06478, or 38.8895, -77.0353.',
  positionInvalid: 'That is no position. Write MGRS, or degrees such as 38.8895, -77.0353.',
  description: 'In words (optional)',
  tell: 'Share',
  telling: 'Sharing…',
  takeBack: 'Stop sharing',
  now: 'You share now:',
  asOf: (time: string) => `as of ${time}`,
  within: (metres: number) => `within ${metres} m`,
  activity: 'Activity',
  activityTitle: 'Share what you are doing',
  activityField: 'Activity',
  none: 'Nothing',
} as const;
