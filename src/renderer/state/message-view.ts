/** What the rows show of what was done with messages, and what may be done. Pure. */
import type { ChatMessage, ConversationKind, Occupant } from '../../shared/chat-model.ts';
import {
  MAX_CORRECTION_AGE_MS,
  MAX_EMOJIS,
  MAX_VERSIONS,
  type PendingAction,
  SELF,
} from '../../shared/message-actions.ts';
import type { MessageLog } from './message-log.ts';

/** One kind of reaction and whose it is. */
export interface ReactionGroup {
  readonly emoji: string;
  /** In the order in which they came; this user's is not among them. */
  readonly names: readonly string[];
  /** This user's is one of them. */
  readonly own: boolean;
}

/** In the order in which each first came. */
export function reactionGroups({ reactions = [] }: ChatMessage): readonly ReactionGroup[] {
  const groups = new Map<string, { emoji: string; names: string[]; own: boolean }>();
  for (const { author, name, emojis } of reactions) {
    for (const emoji of emojis) {
      const group = groups.get(emoji) ?? { emoji, names: [], own: false };
      if (author === SELF) group.own = true;
      else group.names.push(name);
      groups.set(emoji, group);
    }
  }
  return [...groups.values()];
}

/** This user's reactions with `emoji` put in or taken out. */
export function toggled({ reactions = [] }: ChatMessage, emoji: string): readonly string[] {
  const own = reactions.find(({ author }) => author === SELF)?.emojis ?? [];
  return own.includes(emoji) ? own.filter((one) => one !== emoji) : [...own, emoji].slice(-MAX_EMOJIS);
}

/** Whether the server does not have yet what this user did to a message. */
export function isWaiting({ pending = [] }: ChatMessage, action: PendingAction['type']): boolean {
  return pending.some(({ type }) => type === action);
}

/** What may be done with a message. */
export interface Possible {
  readonly reply: boolean;
  readonly react: boolean;
  readonly correct: boolean;
  readonly retract: boolean;
  readonly moderate: boolean;
}

export function possible(
  message: ChatMessage,
  kind: ConversationKind,
  self: Occupant | undefined,
  now: number,
): Possible {
  const { reference, retraction, delivery, file, board, versions } = message;
  const known = (kind === 'room' ? reference?.archive : reference?.id) !== undefined;
  const own = reference?.author === SELF;
  const unbroken = retraction === undefined && delivery !== 'failed';
  const there = known && unbroken;
  const fresh = now - message.at <= MAX_CORRECTION_AGE_MS && (versions?.length ?? 1) < MAX_VERSIONS;
  return {
    reply: there,
    react: there,
    correct: own && file === undefined && board === undefined && unbroken && fresh,
    retract: there && own,
    moderate: there && kind === 'room' && self?.role === 'moderator',
  };
}

/** Messages looked at for the one that the arrow key corrects. */
const LOOK_BACK = 50;

/** The newest message that this user may correct. */
export function lastCorrectable(
  log: MessageLog,
  kind: ConversationKind,
  now: number,
): ChatMessage | undefined {
  return log
    .slice(Math.max(0, log.size - LOOK_BACK), log.size)
    .findLast((message) => possible(message, kind, undefined, now).correct);
}

/** Nicknames that begin as the word before the caret does, as they are put in its place. */
export interface Completion {
  /** Where the word begins. */
  readonly start: number;
  readonly nicks: readonly string[];
}

/** What the Tab key makes of the word before `caret`; at the beginning of a message a colon follows. */
export function completion(text: string, caret: number, nicks: Iterable<string>): Completion | undefined {
  const start = text.slice(0, caret).search(/[^\s@]*$/u);
  const word = text.slice(start, caret).toLowerCase();
  if (word === '') return undefined;
  const found = [...nicks].filter((nick) => nick.toLowerCase().startsWith(word)).sort();
  return found.length === 0 ? undefined : { start, nicks: found };
}

export function completed(text: string, { start }: Completion, caret: number, nick: string): string {
  const rest = text.slice(caret);
  const behind = start === 0 ? ': ' : rest.startsWith(' ') ? '' : ' ';
  return `${text.slice(0, start)}${nick}${behind}${rest}`;
}
