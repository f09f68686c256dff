/** The words of exported documents: they are read by whoever gets the document, and checked by no program. */
import type { ExportScope } from './export-contract.ts';

export const EXPORT_DOCUMENT_TEXT = {
  /** BCP 47: the language of these words. */
  language: 'en',
  title: (scope: ExportScope) =>
    scope.kind === 'conversation'
      ? `Messages of ${scope.conversation}`
      : scope.server === true
        ? `Messages found by: ${scope.query} (this computer, and the server's archives as far as they were searched)`
        : `Messages found by: ${scope.query}`,
  exported: 'Exported',
  by: 'By',
  organisation: 'Organisation',
  records: 'Records',
  lastHash: 'Last hash',
  none: 'none',
  noLabel: 'no label',
  in: (conversation: string) => `in ${conversation}`,
  corrected: (time: string, text: string) => `Before it was corrected (${time}): ${text}`,
  /** @param reason empty for none */
  retracted: (time: string, by: string, reason: string) =>
    `Retracted ${time} by ${by}${reason === '' ? '' : `: ${reason}`}`,
  /** As `retracted`, where the server has not taken it yet. */
  retractionWaits: (time: string, by: string, reason: string) =>
    `Asked ${time} by ${by} to be retracted, but that was not sent yet: others still see it${reason === '' ? '' : `: ${reason}`}`,
  acknowledged: (time: string, by: string) => `Acknowledged ${time} by ${by}`,
  bySender: 'its sender',
  /** @param moderator `undefined`: the room does not say who it was */
  byRoom: (moderator: string | undefined) => `the room (${moderator ?? 'a moderator'})`,
  board: 'Whiteboard',
  /** @param from a date-time group, as `to` */
  boardOf: (room: string, from: string, to: string) =>
    `Whiteboard of ${room}, as these records draw it, from ${from} to ${to}`,
  boardBy: (sender: string, time: string) => `by ${sender}, ${time}`,
  boardCleared: 'The board was emptied.',
  boardWithdrawn: (id: string) => `Taken back: ${id}`,
  boardElement: (kind: string, id: string, what: string) => `Drawn: ${kind} ${id}, ${what}`,
  delivery: (state: string) => `Delivery: ${state}`,
  otherMarkings: (count: number) => `${count} OTHER MARKINGS`,
  system: (marking: string) => `system: ${marking}`,
} as const;
