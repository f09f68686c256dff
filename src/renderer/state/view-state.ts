import type { Availability, ConversationKind } from '../../shared/chat-model.ts';
import type { ErrorReport } from '../../shared/errors.ts';
import type { ExportScope } from '../../shared/export-contract.ts';
import type { FeedAddress } from '../../shared/feed-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { FormValues } from '../chat/forms/form-values.ts';
import { NO_LABELS, type SeenLabels } from './seen-labels.ts';

export type DialogName =
  | 'switcher'
  | 'palette'
  | 'settings'
  | 'shortcuts'
  | 'connection'
  | 'join-room'
  | 'status'
  | 'policy'
  | 'label'
  | 'template'
  | 'search'
  | 'export'
  | 'adhoc'
  | 'feeds'
  | 'feed-publish'
  | PeopleDialogName
  | RoomDialogName
  | WatchDialogName;

/** Those about watching. */
export type WatchDialogName = 'inbox' | 'watchwords' | 'tile-add' | 'layouts';

/** Those about people; `ViewState.person` says about whom. */
export type PeopleDialogName =
  | 'contact-add'
  | 'contact-edit'
  | 'contact-remove'
  | 'blocked'
  | 'directory'
  | 'profile'
  | 'position'
  | 'activity';

/** Those about the open room; `ViewState.occupant` says about whom in it. */
export type RoomDialogName =
  | 'room-settings'
  | 'room-destroy'
  | 'room-invite'
  | 'room-members'
  | 'room-occupant';

export interface ConversationKey {
  readonly jid: BareJid;
  readonly kind: ConversationKind;
}

/** The next message answers one, or takes a message's place. */
export type Composing =
  | { readonly kind: 'reply'; readonly id: string }
  /** `draft`: what was written before, and comes back afterwards. */
  | { readonly kind: 'correct'; readonly id: string; readonly draft: string };

/** What this window shows of the chat, and what the user has typed but not sent. Never leaves the window. */
export interface ViewState {
  readonly active: ConversationKey | undefined;
  /** What stands side by side on the watch floor, whether it is shown or not. */
  readonly tiles: readonly ConversationKey[];
  /** A feed is shown in place of one conversation. */
  readonly feed: FeedAddress | undefined;
  /** The watch floor is shown in place of one conversation. */
  readonly floorShown: boolean;
  /** The message that was asked for and is scrolled to. */
  readonly found: { readonly jid: BareJid; readonly message: string } | undefined;
  readonly drafts: ReadonlyMap<BareJid, string>;
  /** Templates that are filled in and not sent, by conversation and template. */
  readonly templateDrafts: ReadonlyMap<string, FormValues>;
  /** What the next message of a conversation is besides a text. */
  readonly composing: ReadonlyMap<BareJid, Composing>;
  /** The label chosen last in a conversation, by its id. */
  readonly labels: ReadonlyMap<BareJid, string>;
  /** Conversations whose end the user has before the eyes in the focused window: what comes there is read when it is shown. */
  readonly reading: ReadonlySet<BareJid>;
  /** Conversations that are shown somewhere else than at their end: nothing of them may be let go. */
  readonly heldUp: ReadonlySet<BareJid>;
  readonly filter: string;
  /** Sections and groups of the side bar that are closed, by their key. */
  readonly collapsed: ReadonlySet<string>;
  readonly occupantsShown: boolean;
  /** The room whose whiteboard stands beside its conversation. */
  readonly board: BareJid | undefined;
  readonly dialog: DialogName | undefined;
  /** Whose commands the dialog about commands shows first; absent: the own server’s. */
  readonly adHocService: BareJid | undefined;
  /** What the export dialog is about; absent: the open conversation. */
  readonly exportScope: ExportScope | undefined;
  /** Labels of messages that a dialog shows beside the open conversation. */
  readonly shownLabels: SeenLabels;
  /** Whom the dialog about people is about. */
  readonly person: BareJid | undefined;
  /** The nickname that the dialog about an occupant is about. */
  readonly occupant: string | undefined;
  /** A command's failure that belongs to no field on the screen. */
  readonly notice: ErrorReport | undefined;
  /** The announcement of a newer version that was put aside, by its name. */
  readonly dismissedUpdate: string | undefined;
  /** What is known of earlier sign-ins was read. */
  readonly signInSeen: boolean;
  /** The presence that was set last in this window. */
  readonly presence: { readonly availability: Exclude<Availability, 'offline'>; readonly status: string };
}

export const INITIAL_VIEW: ViewState = {
  active: undefined,
  tiles: [],
  feed: undefined,
  floorShown: false,
  found: undefined,
  drafts: new Map(),
  templateDrafts: new Map(),
  composing: new Map(),
  labels: new Map(),
  reading: new Set(),
  heldUp: new Set(),
  filter: '',
  collapsed: new Set(),
  occupantsShown: true,
  board: undefined,
  dialog: undefined,
  adHocService: undefined,
  exportScope: undefined,
  shownLabels: NO_LABELS,
  person: undefined,
  occupant: undefined,
  notice: undefined,
  signInSeen: false,
  dismissedUpdate: undefined,
  presence: { availability: 'available', status: '' },
};

export function setDraft(view: ViewState, jid: BareJid, text: string): ViewState {
  const drafts = new Map(view.drafts);
  if (text === '') drafts.delete(jid);
  else drafts.set(jid, text);
  return { ...view, drafts };
}

export function setTemplateDraft(view: ViewState, draft: string, values: FormValues | undefined): ViewState {
  const templateDrafts = new Map(view.templateDrafts);
  if (values === undefined) templateDrafts.delete(draft);
  else templateDrafts.set(draft, values);
  return { ...view, templateDrafts };
}

export function setComposing(view: ViewState, jid: BareJid, what: Composing | undefined): ViewState {
  const composing = new Map(view.composing);
  if (what === undefined) composing.delete(jid);
  else composing.set(jid, what);
  return { ...view, composing };
}

export function setLabel(view: ViewState, jid: BareJid, id: string | undefined): ViewState {
  const labels = new Map(view.labels);
  if (id === undefined) labels.delete(jid);
  else labels.set(jid, id);
  return { ...view, labels };
}

export function setAmong(
  view: ViewState,
  set: 'reading' | 'heldUp',
  jid: BareJid,
  isAmong: boolean,
): ViewState {
  if (view[set].has(jid) === isAmong) return view;
  const among = new Set(view[set]);
  if (isAmong) among.add(jid);
  else among.delete(jid);
  return { ...view, [set]: among };
}

export function toggleCollapsed(view: ViewState, key: string): ViewState {
  const collapsed = new Set(view.collapsed);
  if (!collapsed.delete(key)) collapsed.add(key);
  return { ...view, collapsed };
}
