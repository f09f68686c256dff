/** What chat stands on: the client, what the policy says, and whom it tells. */
import type { LabelRules } from '../shared/labels.ts';
import type { MessageTemplate } from '../shared/message-templates.ts';
import type { AuditRecord, GuardPolicy } from '../shared/session-contract.ts';
import type { Notice, WatchPolicy, WatchPrefs } from '../shared/watch-contract.ts';
import type { XmppClient } from '../xmpp/index.ts';
import type { SaveChannel } from './files/save-channel.ts';

/** The part of the XMPP client that chat needs. */
export type ChatClient = Pick<
  XmppClient,
  | 'jid'
  | 'on'
  | 'sendMessage'
  | 'sendRoomMessage'
  | 'joinRoom'
  | 'leaveRoom'
  | 'setSubject'
  | 'setPresence'
  | 'requestUploadSlot'
  | 'archive'
  | 'extensions'
  | 'isRoom'
  | 'sendAction'
>;

export interface ChatDeskOptions {
  readonly domain: string;
  /** Who the card says the user is; shown until the server has told the account's address, and as its name. */
  readonly displayName: string;
  readonly xmpp: ChatClient;
  readonly labels: LabelRules;
  readonly templates: readonly MessageTemplate[];
  /** Whether rooms have whiteboards. */
  readonly whiteboards: boolean;
  /** Whether rooms are told who acknowledged their alerts. */
  readonly acknowledgements?: boolean;
  readonly onUnread: (total: number) => void;
  readonly onReconnectNow: () => void;
  readonly saveChannel: SaveChannel;
  readonly onAudit: (record: AuditRecord) => void;
  readonly watch: { readonly policy: WatchPolicy; readonly prefs: WatchPrefs };
  readonly feeds?: GuardPolicy['feeds'];
  /** Something is to be announced by the desktop. */
  readonly onNotice: (notice: Notice) => void;
  /** What the user chose is to be kept. */
  readonly onPrefs: (prefs: WatchPrefs) => void;
  /** The bundled thread of the local history's store; without it nothing can be kept. */
  readonly storeWorkerFile?: string;
}
