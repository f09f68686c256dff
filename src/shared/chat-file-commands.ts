/** What the chat window asks the session to do with files; see {@link ChatCommand}. */
import type { ConversationKind } from './chat-model.ts';
import type { FileOrigin } from './file-contract.ts';
import type { BareJid } from './jid.ts';

export type FileCommand =
  /** Begins to send a file; answered with `transfer`, or with why not. */
  | {
      readonly type: 'offer-file';
      readonly conversation: BareJid;
      readonly kind: ConversationKind;
      readonly name: string;
      readonly mediaType: string;
      /** Bytes. */
      readonly size: number;
      readonly origin: FileOrigin;
      /** As with `send-message`. */
      readonly label?: string;
    }
  /** The next part of an offered file; answered when the next but FILE_PARTS_IN_FLIGHT may come, refused when it is over. */
  | { readonly type: 'put-file-part'; readonly transfer: string; readonly data: Uint8Array }
  /** The window could not read the file to its end. */
  | { readonly type: 'fail-file'; readonly transfer: string }
  /** Ends a transfer and forgets it. */
  | { readonly type: 'cancel-transfer'; readonly transfer: string }
  /** Fetches a message's file from the gate and saves it; answered with `transfer`. */
  | { readonly type: 'save-file'; readonly conversation: BareJid; readonly message: string };
