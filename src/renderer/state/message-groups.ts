import type { ChatMessage } from '../../shared/chat-model.ts';
import type { TimeForm } from '../../shared/preferences.ts';
import { isSameDay } from '../text/time.ts';

/** Messages of one sender that are closer than this stand under one name. */
const GROUP_MS = 5 * 60_000;
const MINUTE_MS = 60_000;

/** How a message stands to the one before it. */
export interface MessagePlace {
  /** The first of its day here, Zulu or local as the user chose. */
  readonly startsDay: boolean;
  /** The first of a run of the same sender: shows the name. */
  readonly startsGroup: boolean;
  /** Not sent in the same minute as the one before: shows the time. */
  readonly startsMinute: boolean;
}

export function placeOf(
  message: ChatMessage,
  previous: ChatMessage | undefined,
  afterMark: boolean,
  form: TimeForm = 'zulu',
): MessagePlace {
  if (previous === undefined) return { startsDay: true, startsGroup: true, startsMinute: true };
  const startsDay = !isSameDay(message.at, previous.at, form);
  const startsGroup =
    startsDay ||
    afterMark ||
    message.sender !== previous.sender ||
    message.direction !== previous.direction ||
    Math.abs(message.at - previous.at) > GROUP_MS;
  const startsMinute =
    startsGroup || Math.floor(message.at / MINUTE_MS) !== Math.floor(previous.at / MINUTE_MS);
  return { startsDay, startsGroup, startsMinute };
}

const ROW_HEIGHT = 23;
const GROUP_GAP = 7;
const DAY_HEIGHT = 37;
const LINE_HEIGHT = 20;
const REACTIONS_HEIGHT = 28;
const CHARACTERS_PER_LINE = 95;

/** Lengths of texts that are told apart, in characters. */
const LENGTH_STEP = 8;

/**
 * What the height of a row with nothing but a text of one line depends on, beside the window; absent for others. Rows of one shape are
 * nearly always as high as one another: what one was measured to be is the best guess for the next.
 */
export function shapeOf(message: ChatMessage, previous: ChatMessage | undefined): number | undefined {
  const { body, reply, versions, reactions, file, form, retraction, gapAfter, board, acknowledgements } =
    message;
  const more =
    reply ?? versions ?? reactions ?? file ?? form ?? retraction ?? gapAfter ?? board ?? acknowledgements;
  if (more !== undefined || body.includes('\n')) return undefined;
  const { startsDay, startsGroup } = placeOf(message, previous, false);
  return Math.ceil(body.length / LENGTH_STEP) * 4 + (startsDay ? 2 : 0) + (startsGroup ? 1 : 0);
}

/** A guess of a row's height in pixels before it was measured; cheap, it is asked for every message there is. */
export function estimateHeight(message: ChatMessage | undefined, previous: ChatMessage | undefined): number {
  if (message === undefined) return ROW_HEIGHT;
  const lines = Math.floor(message.body.length / CHARACTERS_PER_LINE);
  const more =
    (message.reply === undefined ? 0 : LINE_HEIGHT) +
    (message.versions === undefined ? 0 : LINE_HEIGHT) +
    (message.acknowledgements === undefined ? 0 : LINE_HEIGHT) +
    (message.reactions?.some(({ emojis }) => emojis.length > 0) === true ? REACTIONS_HEIGHT : 0);
  const { startsDay, startsGroup } = placeOf(message, previous, false);
  return (
    ROW_HEIGHT + more + lines * LINE_HEIGHT + (startsGroup ? GROUP_GAP : 0) + (startsDay ? DAY_HEIGHT : 0)
  );
}
