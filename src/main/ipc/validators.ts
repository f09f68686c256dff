/**
 * Validation of what a window sends: who may call what, with which arguments. Pure; every rule is a table entry, and a
 * channel without an entry does not compile.
 */
import { isExportFormat, isExportScope } from '../../shared/export-contract.ts';
import type { InvokeChannel, InvokeChannels, WindowKind } from '../../shared/ipc-contract.ts';
import { isPreferences } from '../../shared/preferences.ts';
import { parseTiles } from '../../shared/watch-contract.ts';

/** Longest text argument, in UTF-16 code units. Certificate ids are far shorter. */
const MAX_TEXT_LENGTH = 256;

type Check = (value: unknown) => boolean;

/** Longest web address, in UTF-16 code units. */
const MAX_ADDRESS_LENGTH = 2048;

/** An address as RFC 3986 writes it: printable ASCII without spaces. Where it may lead is decided by its handler. */
const isAddress: Check = (value) =>
  typeof value === 'string' && value.length <= MAX_ADDRESS_LENGTH && /^https:\/\/[\x21-\x7e]+$/u.test(value);

/** A string of printable characters; a `String` object or an array is none. */
const isShortText: Check = (value) =>
  typeof value === 'string' &&
  value.length > 0 &&
  value.length <= MAX_TEXT_LENGTH &&
  !/[\p{Cc}\p{Cf}\p{Cs}]/u.test(value);

/** Conversations for a window of their own. */
const isTiles: Check = (value) => parseTiles(value) !== undefined;

interface ChannelRule {
  readonly windows: readonly WindowKind[];
  readonly args: readonly Check[];
}

type Checks<Args extends readonly unknown[]> = { readonly [I in keyof Args]: Check };

type Rules = {
  readonly [C in InvokeChannel]: {
    readonly windows: readonly InvokeChannels[C]['window'][];
    readonly args: Checks<InvokeChannels[C]['args']>;
  };
};

const RULES: Rules = {
  'app:get-state': { windows: ['chat', 'tile'], args: [] },
  'app:accept-consent': { windows: ['chat'], args: [] },
  'app:choose-certificate': { windows: ['chat'], args: [isShortText] },
  'app:sign-in': { windows: ['chat'], args: [] },
  'app:use-password': { windows: ['chat'], args: [] },
  'app:change-password': { windows: ['chat'], args: [] },
  'app:sign-out': { windows: ['chat'], args: [] },
  'app:quit': { windows: ['chat'], args: [] },
  'app:connect-chat': { windows: ['chat', 'tile'], args: [] },
  'app:open-link': { windows: ['chat', 'tile'], args: [isAddress] },
  'app:tear-off': { windows: ['chat'], args: [isTiles] },
  'tile:get-tiles': { windows: ['tile'], args: [] },
  'app:get-preferences': { windows: ['chat', 'tile'], args: [] },
  'app:set-preferences': { windows: ['chat'], args: [isPreferences] },
  'policy:get-page': { windows: ['chat'], args: [] },
  'policy:export': { windows: ['chat'], args: [] },
  'history:export': { windows: ['chat'], args: [isExportScope, isExportFormat] },
  'pin:get-prompt': { windows: ['pin'], args: [] },
  'pin:cancel': { windows: ['pin'], args: [] },
  'password:get-prompt': { windows: ['password'], args: [] },
  'password:cancel': { windows: ['password'], args: [] },
};

export const INVOKE_CHANNELS: readonly InvokeChannel[] = Object.keys(RULES) as InvokeChannel[];

/** What is known about whoever made a call; taken from Electron, never from the message. */
export interface CallerFacts {
  /** The kind of the window with this webContents id; `undefined` for a page that is no window of ours. */
  readonly window: WindowKind | undefined;
  /** Whether the calling frame still exists and is its page's main frame. */
  readonly mainFrame: boolean;
  /** The calling frame's origin as Chromium knows it. */
  readonly origin: string;
  /** The origin that windows of this kind have. */
  readonly expectedOrigin: string;
}

export type CallRefusal =
  | 'unknown-window'
  | 'wrong-window'
  | 'wrong-frame'
  | 'wrong-origin'
  | 'arguments'
  | 'channel';

/** The reason to refuse a call, or `undefined`. */
export function refuseCall(
  channel: string,
  caller: CallerFacts,
  args: readonly unknown[],
): CallRefusal | undefined {
  const rule: ChannelRule | undefined = Object.hasOwn(RULES, channel)
    ? RULES[channel as InvokeChannel]
    : undefined;
  if (rule === undefined) return 'channel';
  if (caller.window === undefined) return 'unknown-window';
  if (!rule.windows.includes(caller.window)) return 'wrong-window';
  if (!caller.mainFrame) return 'wrong-frame';
  if (caller.origin !== caller.expectedOrigin) return 'wrong-origin';
  if (args.length !== rule.args.length) return 'arguments';
  if (!rule.args.every((check, index) => check(args[index]))) return 'arguments';
  return undefined;
}
