/**
 * Stands in for the preloads in the harness: `window.sallyport` and `window.sallyportPin` fed from a fixture. Runs in
 * the page, before its scripts; `globalThis.harness` lets a test drive it and see what was asked of it.
 */

import { type MessagesInMemory, searchMemory } from '../../src/session/store/memory-search.ts';
import type { AppState, PinPortReply, PinPrompt } from '../../src/shared/app-state.ts';
import type { ChatCommand, ChatEvent, ChatMessage, ChatReply } from '../../src/shared/chat-model.ts';
import type { ChatBridge, PasswordBridge, PinBridge, TileBridge } from '../../src/shared/ipc-contract.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { PasswordPortReply, PasswordPrompt } from '../../src/shared/password-contract.ts';
import { DEFAULT_PREFERENCES, lookOf, type Theme } from '../../src/shared/preferences.ts';
import { parseQuery } from '../../src/shared/search-query.ts';
import { adHocAnswer } from './adhoc.ts';
import { foundPeople, profileOf } from './contacts.ts';
import type { Fixture } from './desk.ts';
import { feedAnswer } from './feeds.ts';
import { FIXTURES } from './fixtures.ts';
import { roomAnswer } from './rooms.ts';
import { filledMessage } from './templates.ts';
import { boardAnswer } from './whiteboard.ts';

export interface Harness {
  /** Every call and command, in order. */
  readonly calls: { readonly name: string; readonly detail?: unknown }[];
  /** The PINs that were submitted, as the page handed them over, with the arrays themselves. */
  readonly pins: { readonly digits: readonly number[]; readonly array: Uint8Array }[];
  push(events: readonly ChatEvent[]): void;
  setState(app: AppState): void;
  setFixture(name: string): void;
  setPrompt(prompt: PinPrompt): void;
  /** What the next PIN gets; without one it stays pending. */
  pinReply: PinPortReply | undefined;
  /** The passwords that were submitted, with the arrays themselves. */
  readonly passwords: { readonly text: string; readonly array: Uint8Array }[];
  /** What the next password gets; without one it stays pending. */
  passwordReply: PasswordPortReply | undefined;
  setPasswordPrompt(prompt: PasswordPrompt): void;
}

declare const __FIXTURE__: string;
declare const __THEME__: Theme;

function fixtureNamed(name: string): Fixture {
  const make = FIXTURES[name];
  if (make === undefined) throw new Error(`there is no fixture ${name}`);
  return make();
}

let fixture = fixtureNamed(__FIXTURE__);
let state = fixture.app;
const preferences = { ...DEFAULT_PREFERENCES, theme: __THEME__, ...fixture.preferences };
let listener: ((events: readonly ChatEvent[]) => void) | undefined;
const stateListeners = new Set<(app: AppState) => void>();
const promptListeners = new Set<(prompt: PinPrompt) => void>();
let prompt = fixture.pin;
let nextId = 0;

const harness: Harness = {
  calls: [],
  pins: [],
  pinReply: undefined,
  passwords: [],
  passwordReply: undefined,
  setPasswordPrompt: (next) => {
    for (const notify of passwordListeners) notify(next);
  },
  push: (events) => listener?.(events),
  setState(app) {
    state = app;
    for (const notify of stateListeners) notify(app);
  },
  setFixture(name) {
    fixture = fixtureNamed(name);
    if (fixture.app !== undefined) harness.setState(fixture.app);
    listener?.(fixture.events ?? []);
  },
  setPrompt(next) {
    prompt = next;
    for (const notify of promptListeners) notify(next);
  },
};

function called(name: string, detail?: unknown): Promise<void> {
  harness.calls.push(detail === undefined ? { name } : { name, detail });
  return Promise.resolve();
}

function sent(command: Extract<ChatCommand, { type: 'send-message' }>): ChatMessage {
  nextId += 1;
  const rules = state?.kind === 'running' ? state.policy.labels : undefined;
  const label = rules?.labels.catalogue.find(({ id }) => id === command.label);
  return {
    id: `own-${nextId}`,
    direction: 'out',
    sender: 'Allen',
    body: command.body,
    at: Date.now(),
    delayed: false,
    delivery: 'sent',
    ...(label === undefined ? {} : { label: { id: label.id, text: label.text } }),
  };
}

function page(conversation: BareJid, before: string | undefined, limit: number): readonly ChatMessage[] {
  const all = fixture.history?.get(conversation) ?? [];
  const end = before === undefined ? all.length : all.findIndex((message) => message.id === before);
  return end === -1 ? [] : all.slice(Math.max(0, end - limit), end);
}

/** What the fixture has of conversations, as the session's model shows it to a search. */
function kept(): MessagesInMemory {
  const history = fixture.history ?? new Map<BareJid, readonly ChatMessage[]>();
  const kindOf = (jid: string) => (jid.includes('@rooms') ? 'room' : 'contact');
  const conversations = [...history.keys()].map((jid) => ({ jid, kind: kindOf(jid) }) as const);
  return { conversations, log: (jid) => history.get(jid) ?? [] };
}

function answer(command: ChatCommand): ChatReply {
  const refused = fixture.refuse?.[command.type];
  if (refused !== undefined) return { ok: false, error: refused };
  switch (command.type) {
    case 'load-messages': {
      const messages = page(command.conversation, command.before, command.limit);
      return { ok: true, messages, complete: messages.length < command.limit };
    }
    case 'send-message':
      listener?.([{ type: 'messages', conversation: command.conversation, append: [sent(command)] }]);
      return { ok: true };
    case 'search-directory':
      return { ok: true, people: foundPeople(command.search.name), complete: true };
    case 'load-profile':
      return { ok: true, ...profileOf(command.person) };
    case 'send-template':
      listener?.([
        {
          type: 'messages',
          conversation: command.conversation,
          append: [filledMessage(command, `own-${++nextId}`)],
        },
      ]);
      return { ok: true };
    case 'search': {
      const parsed = parseQuery(command.query);
      if (parsed.kind !== 'query') return { ok: false, error: { code: 'IPC_REFUSED' } };
      return {
        ok: true,
        search: { ...searchMemory(kept(), parsed.query, command.from ?? 0), source: 'history' },
      };
    }
    case 'load-around': {
      const all = fixture.history?.get(command.conversation) ?? [];
      const at = all.findIndex(({ id }) => id === command.id);
      return { ok: true, messages: at === -1 ? [] : all.slice(Math.max(0, at - 12), at + 13) };
    }
    case 'search-server': {
      const parsed = parseQuery(command.query);
      if (parsed.kind !== 'query') return { ok: false, error: { code: 'IPC_REFUSED' } };
      const { hits } = searchMemory(kept(), parsed.query, 0);
      const archived = hits.slice(0, 3).map((hit) => ({
        ...hit,
        message: { ...hit.message, id: `server-${hit.message.id}`, at: hit.message.at - 90 * 86_400_000 },
      }));
      return {
        ok: true,
        search: {
          hits: archived,
          source: 'server',
          archives: { total: 12, asked: command.from === undefined ? 4 : 12, silent: 1 },
          ...(command.from === undefined ? { next: 1 } : {}),
        },
      };
    }
    case 'open-at': {
      const all = fixture.history?.get(command.conversation) ?? [];
      const at = all.findIndex(({ id }) => id === command.id);
      if (at === -1) return { ok: false, error: { code: 'HISTORY_NOT_HERE' } };
      return { ok: true, messages: all.slice(Math.max(0, at - 12), at + 13), complete: at <= 12 };
    }
    case 'load-newer': {
      const all = fixture.history?.get(command.conversation) ?? [];
      const at = all.findIndex(({ id }) => id === command.after) + 1;
      return {
        ok: true,
        messages: all.slice(at, at + command.limit),
        complete: at + command.limit >= all.length,
      };
    }
    case 'reconnect-now':
      listener?.([{ type: 'link', link: { kind: 'online' } }]);
      return { ok: true };
    default:
      return (
        boardAnswer(command) ??
        adHocAnswer(command) ??
        feedAnswer(command) ??
        roomAnswer(command) ?? { ok: true }
      );
  }
}

const bridge: ChatBridge = {
  look: lookOf(preferences),
  getPreferences: () => Promise.resolve(preferences),
  setPreferences: (preferences) => called('setPreferences', preferences),
  getState: () => (state === undefined ? new Promise(() => undefined) : Promise.resolve(state)),
  onState(notify) {
    stateListeners.add(notify);
    return () => stateListeners.delete(notify);
  },
  acceptConsent: () => called('acceptConsent'),
  chooseCertificate: (id) => called('chooseCertificate', id),
  signIn: () => called('signIn'),
  choosePassword: () => called('choosePassword'),
  changePassword: () => called('changePassword'),
  signOut: () => called('signOut'),
  quit: () => called('quit'),
  openLink: (href) => called('openLink', href),
  getPolicyPage: () =>
    fixture.policyPage === undefined ? new Promise(() => undefined) : Promise.resolve(fixture.policyPage),
  async exportPolicy() {
    harness.calls.push({ name: 'exportPolicy' });
    if (fixture.policyExport === undefined) throw new Error('POLICY_EXPORT_FAILED');
    return fixture.policyExport;
  },
  exportMessages: async (scope, format) => {
    harness.calls.push({ name: 'exportMessages', detail: { scope, format } });
    return {
      name: `sallyport-watch-floor-2026-11-22.${format}`,
      proof: `sallyport-watch-floor-2026-11-22.${format}.proof`,
      records: 214,
    };
  },
  connectChat(notify) {
    listener = notify;
    called('connectChat');
    notify(fixture.events ?? []);
    return () => {
      listener = undefined;
      called('endChat');
    };
  },
  tearOff: (tiles) => called('tearOff', tiles),
  async command(command) {
    harness.calls.push({ name: command.type, detail: command });
    await new Promise((resolve) => setTimeout(resolve, 5));
    return answer(command);
  },
};

function pinAnswer(): Promise<PinPortReply> {
  return harness.pinReply === undefined ? new Promise(() => undefined) : Promise.resolve(harness.pinReply);
}

const passwordListeners = new Set<(prompt: PasswordPrompt) => void>();

function passwordAnswer(...secrets: readonly Uint8Array[]): Promise<PasswordPortReply> {
  for (const secret of secrets)
    harness.passwords.push({ text: new TextDecoder().decode(secret), array: secret });
  const { passwordReply } = harness;
  return passwordReply === undefined ? new Promise(() => undefined) : Promise.resolve(passwordReply);
}

const passwordBridge: PasswordBridge = {
  look: lookOf(preferences),
  getPrompt: () =>
    fixture.password === undefined ? new Promise(() => undefined) : Promise.resolve(fixture.password),
  onPrompt(notify) {
    passwordListeners.add(notify);
    return () => passwordListeners.delete(notify);
  },
  signIn(username, password) {
    called('signIn', username);
    return passwordAnswer(password);
  },
  change(current, next) {
    called('change');
    return passwordAnswer(current, next);
  },
  cancel: () => called('cancel'),
};

const pinBridge: PinBridge = {
  look: lookOf(preferences),
  getPrompt: () => (prompt === undefined ? new Promise(() => undefined) : Promise.resolve(prompt)),
  onPrompt(notify) {
    promptListeners.add(notify);
    return () => promptListeners.delete(notify);
  },
  submit(digits) {
    harness.pins.push({ digits: [...digits], array: digits });
    called('submit');
    return pinAnswer();
  },
  submitOnPinPad() {
    called('submitOnPinPad');
    return pinAnswer();
  },
  cancel: () => called('cancel'),
};

const tileBridge: TileBridge = {
  ...bridge,
  getTiles: () => Promise.resolve(fixture.tiles ?? []),
};

Object.assign(globalThis, {
  sallyport: bridge,
  sallyportTile: tileBridge,
  sallyportPin: pinBridge,
  sallyportPassword: passwordBridge,
  harness,
});
