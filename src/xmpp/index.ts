/** The XMPP layer: stream, lock exchange, sign-in, stanza guard and the extensions in use. */
export type {
  ContactsChange,
  ConversationAction,
  ConversationMessage,
  DeliveryChange,
  LockBinding,
  MessageAction,
  OccupantsChange,
  OwnAvailability,
  PasswordSignIn,
  RoomChange,
  SecureChannel,
  StanzaTrace,
  StreamLimits,
  XmppClientOptions,
  XmppEvents,
  XmppSession,
  XmppTimeouts,
} from './api.ts';
export { XmppClient } from './client.ts';
export type { Extensions } from './extensions.ts';
export type { LinkQuality } from './link-quality.ts';
export { type ScramKeys, scramKeys } from './negotiation/sasl-scram.ts';
export type { OutgoingAction, OutgoingExtras } from './rfc6121-message/outbox.ts';
export type {
  Archive,
  ArchivedMessage,
  ArchivePage,
  ArchiveRequest,
  PeekedPage,
} from './xep-0313-mam/archive.ts';
export { isAboutSameTime, type MessageKeys, originKey } from './xep-0359-stanza-ids/doubles.ts';
export { gateTarget } from './xep-0363-http-upload/gate-address.ts';
export type { SlotRequest, UploadSlot } from './xep-0363-http-upload/slots.ts';
