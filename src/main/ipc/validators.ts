/**
 * Validation of what a window sends: who may call what, with which arguments. Pure; every rule is a table entry, and a
 * channel without an entry does not compile.
 */
import type { InvokeChannel, InvokeChannels, WindowKind } from '../../shared/ipc-contract.ts';
import { isPreferences } from '../../shared/preferences.ts';

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

interface ChannelRule {
  readonly window: WindowKind;
  readonly args: readonly Check[];
}

type Checks<Args extends readonly unknown[]> = { readonly [I in keyof Args]: Check };

type Rules = {
  readonly [C in InvokeChannel]: {
    readonly window: InvokeChannels[C]['window'];
    readonly args: Checks<InvokeChannels[C]['args']>;
  };
};

const RULES: Rules = {
  'app:get-state': { window: 'chat', args: [] },
  'app:accept-consent': { window: 'chat', args: [] },
  'app:choose-certificate': { window: 'chat', args: [isShortText] },
  'app:sign-in': { window: 'chat', args: [] },
  'app:use-password': { window: 'chat', args: [] },
  'app:change-password': { window: 'chat', args: [] },
  'app:sign-out': { window: 'chat', args: [] },
  'app:quit': { window: 'chat', args: [] },
  'app:connect-chat': { window: 'chat', args: [] },
  'app:open-link': { window: 'chat', args: [isAddress] },
  'app:get-preferences': { window: 'chat', args: [] },
  'app:set-preferences': { window: 'chat', args: [isPreferences] },
  'policy:get-page': { window: 'chat', args: [] },
  'policy:export': { window: 'chat', args: [] },
  'pin:get-prompt': { window: 'pin', args: [] },
  'pin:cancel': { window: 'pin', args: [] },
  'password:get-prompt': { window: 'password', args: [] },
  'password:cancel': { window: 'password', args: [] },
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
  if (caller.window !== rule.window) return 'wrong-window';
  if (!caller.mainFrame) return 'wrong-frame';
  if (caller.origin !== caller.expectedOrigin) return 'wrong-origin';
  if (args.length !== rule.args.length) return 'arguments';
  if (!rule.args.every((check, index) => check(args[index]))) return 'arguments';
  return undefined;
}
