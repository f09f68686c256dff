import type { Availability, ChatMessage } from '../../shared/chat-model.ts';
import type { FormAnswer } from '../../shared/data-form.ts';
import type { ErrorReport } from '../../shared/errors.ts';
import type { FileOrigin } from '../../shared/file-contract.ts';
import type { ChatBridge } from '../../shared/ipc-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { FileSender } from '../chat/files/file-sender.ts';
import type { FormValues } from '../chat/forms/form-values.ts';
import { currentLabel, labelRulesOf } from '../chat/labels/current-label.ts';
import { createRunner } from './action-runner.ts';
import { type AdHocActions, createAdHocActions } from './adhoc-actions.ts';
import { type BoardActions, createBoardActions } from './board-actions.ts';
import { NO_MESSAGES } from './chat-state.ts';
import { createFeedActions, type FeedActions } from './feed-actions.ts';
import { createHistoryActions, type HistoryActions } from './history-actions.ts';
import { leaveIsland } from './island.ts';
import { createJumpActions, type JumpActions } from './jump-actions.ts';
import { createMessageActions, type MessageUserActions } from './message-actions.ts';
import { createPeopleActions, type PeopleActions } from './people-actions.ts';
import { createPreferenceActions, type PreferenceActions } from './preference-actions.ts';
import { applyPage, setHistory, setRead } from './reduce-chat.ts';
import { createRoomActions, type RoomActions } from './room-actions.ts';
import type { Store, WindowState } from './store.ts';
import {
  type ConversationKey,
  type DialogName,
  setAmong,
  setComposing,
  setDraft,
  setLabel,
  setTemplateDraft,
  toggleCollapsed,
} from './view-state.ts';
import { createWatchActions, type WatchActions } from './watch-actions.ts';

/** Messages asked for at once: more when more are unread, so that the first unread one is among them. */
const PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 500;
/** Read messages shown above the first unread one. */
const CONTEXT = 20;

/** Everything the user can do in the chat window. */
export interface ChatActions extends PreferenceActions {
  readonly rooms: RoomActions;
  readonly people: PeopleActions;
  readonly watch: WatchActions;
  readonly messages: MessageUserActions;
  readonly history: HistoryActions;
  readonly adHoc: AdHocActions;
  readonly jump: JumpActions;
  readonly feeds: FeedActions;
  readonly boards: BoardActions;
  open(key: ConversationKey | undefined): void;
  type(jid: BareJid, text: string): void;
  /** The label of the conversation's next messages; `undefined`: what the policy presets. */
  chooseLabel(jid: BareJid, id: string | undefined): void;
  /** Sends; a message that is refused at once goes back into the composer if that is still empty. */
  send(key: ConversationKey, body: string): void;
  /** Sends a filled template. Resolves with the error, if there is one; the caller shows it. */
  sendTemplate(
    key: ConversationKey,
    template: string,
    answers: readonly FormAnswer[],
  ): Promise<ErrorReport | undefined>;
  /** Keeps what is filled into a template until it is sent; `undefined` forgets it. */
  keepTemplate(draft: string, values: FormValues | undefined): void;
  retry(jid: BareJid, id: string): void;
  /** Sends files; one that is refused is told in the notice. */
  attach(key: ConversationKey, files: readonly File[], origin: FileOrigin): void;
  /** Whether this window still has the file of a transfer that failed. */
  canSendAgain(transfer: string): boolean;
  sendAgain(transfer: string): void;
  /** Ends a transfer and forgets it. */
  cancelTransfer(transfer: string): void;
  saveFile(jid: BareJid, message: string): void;
  loadOlder(jid: BareJid): void;
  /** Asks again for what is missing after a message. */
  fillGap(jid: BareJid, message: string): void;
  markRead(jid: BareJid): void;
  /** From now on what comes in a conversation is read as soon as it is shown, or is not any more. */
  setReading(jid: BareJid, isRead: boolean): void;
  /** The conversation is shown somewhere else than at its end, or is not any more. */
  setHeldUp(jid: BareJid, isHeldUp: boolean): void;
  /** Resolves with the error, if there is one; the caller shows it. */
  joinRoom(jid: BareJid): Promise<ErrorReport | undefined>;
  leaveRoom(jid: BareJid): void;
  setSubject(jid: BareJid, subject: string): Promise<ErrorReport | undefined>;
  setPresence(availability: Exclude<Availability, 'offline'>, status: string): void;
  reconnect(): void;
  /** Whether this window is in sight. */
  attend(attentive: boolean): void;
  filter(text: string): void;
  toggle(key: string): void;
  toggleOccupants(): void;
  show(dialog: DialogName | undefined): void;
  dismissNotice(): void;
  /** The strip about earlier sign-ins was read. */
  signInSeen(): void;
  /** Puts an announcement aside until the next sign-in. @param name what tells it from another one */
  dismissUpdate(name: string): void;
  openLink(href: string): void;
  /** Something that the policy's /desktop group does not allow was tried. */
  desktopRefused(): void;
}

export function createActions(bridge: ChatBridge, store: Store<WindowState>, flush: () => void): ChatActions {
  const runner = createRunner(bridge, store);
  const rooms = createRoomActions(runner);
  const feeds = createFeedActions(runner);
  const { updateView, notify, run, runAndNotify, runForError } = runner;
  const sender = new FileSender(run, notify);

  /** The label for what is sent to a conversation now, as a part of the command; `undefined`: one has to be chosen. */
  const labelFor = (jid: BareJid): { readonly label?: string } | undefined => {
    const { app, view } = store.get();
    const rules = labelRulesOf(app);
    if (rules === undefined) return {};
    const { label, missing } = currentLabel(rules, jid, view.labels.get(jid));
    if (missing) return undefined;
    return label === undefined ? {} : { label: label.id };
  };

  const send = async (key: ConversationKey, body: string) => {
    const label = labelFor(key.jid);
    if (label === undefined) {
      notify({ code: 'LABEL_REQUIRED' });
      return;
    }
    const { jid: conversation, kind } = key;
    const composing = store.get().view.composing.get(conversation);
    const draft = composing?.kind === 'correct' ? composing.draft : '';
    updateView((view) => setDraft(setComposing(view, conversation, undefined), conversation, draft));
    const reply = await run(
      composing?.kind === 'correct'
        ? { type: 'correct-message', conversation, id: composing.id, body, ...label }
        : {
            type: 'send-message',
            conversation,
            kind,
            body,
            ...label,
            ...(composing === undefined ? {} : { reply: composing.id }),
          },
    );
    if (reply.ok) return;
    updateView((view) => {
      const untouched = (view.drafts.get(conversation) ?? '') === draft && !view.composing.has(conversation);
      const restored = untouched
        ? setDraft(setComposing(view, conversation, composing), conversation, body)
        : view;
      return { ...restored, notice: reply.error };
    });
  };

  /** What answers or replaces a labelled message has its label at least, where it may be sent here. */
  const raiseLabel = (jid: BareJid, { label: of }: ChatMessage) => {
    const { app, view } = store.get();
    const rules = labelRulesOf(app);
    if (rules === undefined || of === undefined) return;
    const { label, allowed } = currentLabel(rules, jid, view.labels.get(jid));
    const needed = allowed.find(({ id }) => id === of.id);
    if (needed === undefined || (label !== undefined && label.rank >= needed.rank)) return;
    updateView((current) => setLabel(current, jid, needed.id));
  };

  const loadPage = async (jid: BareJid, limit: number) => {
    const { log, history } = store.get().chat.conversations.get(jid) ?? NO_MESSAGES;
    if (history === 'loading' || history === 'complete') return;
    store.update((state) => ({ ...state, chat: setHistory(state.chat, jid, 'loading') }));
    const before = log.first?.id;
    const reply = await run({
      type: 'load-messages',
      conversation: jid,
      limit,
      ...(before === undefined ? {} : { before }),
    });
    flush();
    store.update((state) => ({
      ...state,
      chat: reply.ok
        ? applyPage(state.chat, jid, {
            messages: reply.messages ?? [],
            complete: reply.complete === true,
            before,
          })
        : setHistory(state.chat, jid, 'failed'),
    }));
  };

  const loadUnread = (jid: BareJid) => {
    const { chat } = store.get();
    const unread = chat.summaries.get(jid)?.unread ?? 0;
    const here = chat.conversations.get(jid)?.log.size ?? 0;
    if (here >= unread + CONTEXT) return;
    loadPage(jid, Math.min(MAX_PAGE_SIZE, Math.max(PAGE_SIZE, unread + CONTEXT)));
  };

  const markRead = (jid: BareJid) => {
    if ((store.get().chat.summaries.get(jid)?.unread ?? 0) === 0) return;
    store.update((state) => ({ ...state, chat: setRead(state.chat, jid) }));
    run({ type: 'mark-read', conversation: jid });
  };

  const show = (active: ConversationKey | undefined) => {
    if (active !== undefined) loadUnread(active.jid);
    if (active?.kind === 'room') rooms.look(active.jid);
    if (store.get().view.feed !== undefined) void run({ type: 'close-feed' });
    updateView((view) => ({ ...view, active, feed: undefined, dialog: undefined, floorShown: false }));
  };

  /** At its newest messages. */
  const open = (active: ConversationKey | undefined) => {
    if (active !== undefined)
      store.update((state) => ({ ...state, chat: leaveIsland(state.chat, active.jid) }));
    show(active);
  };

  const jump = createJumpActions({
    runner,
    store,
    flush,
    open: show,
    loadLatest: (jid) => loadPage(jid, PAGE_SIZE),
  });

  return {
    rooms,
    boards: createBoardActions(runner, labelFor),
    people: createPeopleActions(runner),
    watch: createWatchActions({ runner, bridge, store, jump: jump.to, openFeed: feeds.open }),
    jump,
    messages: createMessageActions(runner, store, raiseLabel),
    history: createHistoryActions(runner, bridge),
    adHoc: createAdHocActions(runner),
    feeds,
    ...createPreferenceActions(bridge, store, runner),
    open,
    type: (jid, text) => updateView((view) => setDraft(view, jid, text)),
    chooseLabel: (jid, id) => updateView((view) => setLabel(view, jid, id)),
    send,
    attach: (key, files, origin) => {
      const label = labelFor(key.jid);
      if (label === undefined) notify({ code: 'LABEL_REQUIRED' });
      else for (const file of files) void sender.send(key, file, origin, label);
    },
    async sendTemplate({ jid, kind }, template, answers) {
      const label = labelFor(jid);
      if (label === undefined) return { code: 'LABEL_REQUIRED' };
      return runForError({ type: 'send-template', conversation: jid, kind, template, answers, ...label });
    },
    keepTemplate: (draft, values) => updateView((view) => setTemplateDraft(view, draft, values)),
    canSendAgain: (transfer) => sender.has(transfer),
    sendAgain: (transfer) => void sender.sendAgain(transfer),
    cancelTransfer: (transfer) => {
      sender.forget(transfer);
      run({ type: 'cancel-transfer', transfer });
    },
    saveFile: (conversation, message) => runAndNotify({ type: 'save-file', conversation, message }),
    retry: (conversation, id) => runAndNotify({ type: 'retry-message', conversation, id }),
    loadOlder: (jid) => loadPage(jid, PAGE_SIZE),
    fillGap: (conversation, message) => runAndNotify({ type: 'fill-gap', conversation, message }),
    markRead,
    setReading: (jid, isRead) => updateView((view) => setAmong(view, 'reading', jid, isRead)),
    setHeldUp: (jid, isHeldUp) => updateView((view) => setAmong(view, 'heldUp', jid, isHeldUp)),
    joinRoom: (room) => runForError({ type: 'join-room', room }),
    leaveRoom: (room) => runAndNotify({ type: 'leave-room', room }),
    setSubject: (room, subject) => runForError({ type: 'set-subject', room, subject }),
    setPresence: async (availability, status) => {
      const error = await runForError({ type: 'set-presence', availability, status });
      updateView((view) =>
        error === undefined ? { ...view, presence: { availability, status } } : { ...view, notice: error },
      );
    },
    reconnect: () => runAndNotify({ type: 'reconnect-now' }),
    attend: (attentive) => void run({ type: 'set-attention', attentive }),
    filter: (filter) => updateView((view) => ({ ...view, filter })),
    toggle: (key) => updateView((view) => toggleCollapsed(view, key)),
    toggleOccupants: () => updateView((view) => ({ ...view, occupantsShown: !view.occupantsShown })),
    show: (dialog) => updateView((view) => ({ ...view, dialog })),
    dismissNotice: () => notify(undefined),
    signInSeen: () => updateView((view) => ({ ...view, signInSeen: true })),
    dismissUpdate: (dismissedUpdate) => updateView((view) => ({ ...view, dismissedUpdate })),
    openLink: (href) => {
      bridge.openLink(href).catch(() => notify({ code: 'LINK_REFUSED' }));
    },
    desktopRefused: () => notify({ code: 'DESKTOP_REFUSED' }),
  };
}
