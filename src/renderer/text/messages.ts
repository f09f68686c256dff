/** What the conversation says about messages and what can be done with them. */
import { formatFull, formatZulu } from './time.ts';

/** What can be chosen to react with, and what each means here. Words, because a sign alone says different things. */
export const REACTIONS = [
  ['👍', 'Agreed'],
  ['✅', 'Done'],
  ['👀', 'Looking at it'],
  ['❓', 'Question'],
  ['❗', 'Important'],
  ['❌', 'No'],
] as const satisfies readonly (readonly [emoji: string, meaning: string])[];

export const MESSAGE_TEXT = {
  menu: 'Message actions',
  more: 'What can be done with this message',
  reply: 'Reply',
  react: 'React',
  correct: 'Correct',
  copy: 'Copy text',
  retract: 'Take back',
  moderate: 'Take back for all (moderator)',
  you: 'You',
  answers: 'Answers',
  jump: 'Go to the message that this answers',
  gapNotShown: (span: string | undefined) =>
    span === undefined
      ? 'Newer messages are not shown here.'
      : `Messages between ${span} are not shown here.`,
  gapLoading: 'Loading what follows…',
  gapFailed: 'What follows could not be loaded.',
  readOn: 'Show what follows',
  toLatest: (count: number) => (count === 0 ? 'Jump to latest' : `Jump to latest (${count} new)`),
  answersMissing: 'Answers a message that is not here',
  edited: 'edited',
  editedTitle: (count: number, at: number) =>
    `Corrected ${count === 1 ? 'once' : `${count} times`}, last ${formatFull(at)}. All texts can be read.`,
  versions: 'All texts of this message',
  version: (at: number, isFirst: boolean) => `${formatZulu(at)} ${isFirst ? 'first text' : 'corrected'}`,
  stray: 'Sent as a correction of a message that is not here, or not this sender’s.',
  claimed: (at: number) =>
    `Somebody of this name took it back at ${formatZulu(at)}; nothing proves that they wrote it.`,
  retractedBySender: (at: number) => `Taken back by its sender at ${formatZulu(at)}`,
  retractedByRoom: (at: number, moderator: string | undefined) =>
    `Taken back by ${moderator === undefined ? 'the room' : `moderator ${moderator}`} at ${formatZulu(at)}`,
  show: 'Show what was there',
  hide: 'Hide it again',
  gone: 'The server has not kept what was there.',
  reacted: (emoji: string, names: readonly string[], meaning: string | undefined) =>
    `${emoji}${meaning === undefined ? '' : ` (${meaning.toLowerCase()})`}: ${names.join(', ')}`,
  retractionWaits: 'Taking it back waits to be sent: others still see it',
  pending: {
    react: 'Your reaction waits to be sent.',
    retract: 'Taking it back waits to be sent.',
    acknowledge: 'Your acknowledgement waits to be sent.',
  },
  replyingTo: (name: string) => `Reply to ${name}`,
  correcting: 'Correct your message',
  cancel: 'Cancel (Esc)',
  writes: (name: string) => `${name} is writing…`,
  completions: (nick: string) => `Completed: ${nick}`,
  confirmRetract: 'Take this message back?',
  confirmRetractHint:
    'Others see that it was taken back. What it said stays in the records, and on computers that have it.',
  confirmModerate: 'Take this message back for everybody in the room?',
  reason: 'Reason (everybody in the room reads it)',
  takeBack: 'Take back',
  keep: 'Keep it',
} as const;
