/**
 * What the main process and the session process say to each other. Chat itself does not pass here: the chat window and
 * the session process hold the two ends of a MessagePort of their own.
 */
import type { LinkState } from './chat-model.ts';
import type { ErrorReport } from './errors.ts';
import type { ExportScope } from './export-contract.ts';
import type { FilePolicy } from './file-contract.ts';
import type { LabelPolicy } from './labels.ts';
import type { MessageTemplate } from './message-templates.ts';
import type { PasswordPolicy } from './password-contract.ts';
import type { SignMechanism } from './signing.ts';
import type { Notice, WatchPolicy, WatchPrefs } from './watch-contract.ts';

/** An approved server, in the policy's order. */
export interface ApprovedServer {
  readonly host: string;
  readonly port: number;
  /** `sha256/` and the base64 of the SHA-256 of a SubjectPublicKeyInfo; at least one. */
  readonly pins: readonly string[];
}

/** What the stanza guard and the XMPP layer need to know of the file gate. */
export type FileGatePolicy = Pick<FilePolicy, 'host' | 'port' | 'path' | 'maximumBytes' | 'types'>;

/** What the stanza guard decides by. */
export interface GuardPolicy {
  readonly domain: string;
  /** Domains that may be spoken with besides `domain` and the room services, and up to which label (its id). */
  readonly partners: readonly { readonly domain: string; readonly maximumLabel?: string }[];
  /** With whom presence may be shared anew. */
  readonly subscriptions: 'none' | 'internal' | 'partners';
  readonly rooms: {
    readonly services: readonly string[];
    readonly create: boolean;
    readonly invite: boolean;
  };
  /** Whether this user may change the own password (XEP-0077 3.3); registration is never anything else here. */
  readonly passwordChange: boolean;
  /** Whether people are looked up in the organisation's directory (XEP-0054, XEP-0055). */
  readonly directory: boolean;
  /** Whether people tell where they are (XEP-0080), and what they do (XEP-0108). */
  readonly location: boolean;
  readonly activity: boolean;
  /** Whether services are asked for commands, and these are run (XEP-0050). */
  readonly commands: boolean;
  /** Whether rooms have whiteboards (docs/whiteboard.md). */
  readonly whiteboard: boolean;
  /** True: who acknowledged an alert of the policy's lists is told the room (docs/acknowledgements.md). */
  readonly acknowledgements?: boolean;
  /** Services whose nodes are read (XEP-0060), those that everybody reads, and whether anything is published. Absent: no feeds. */
  readonly feeds?: {
    readonly services: readonly string[];
    readonly subscribe: readonly { readonly service: string; readonly node: string }[];
    readonly publish: boolean;
    /** People of the own domain publish themselves, and are read (XEP-0277). */
    readonly people?: true;
  };
  /** Absent: no files. */
  readonly fileGate?: FileGatePolicy;
  readonly labels: LabelPolicy;
  /** Messages with a fixed form; no other form goes out. */
  readonly templates: readonly MessageTemplate[];
}

/** What the policy says of conversations after the session, and how their encrypted file is opened. */
export interface HistoryAccess {
  /** `off`: forgotten when the screen is locked. `memory`: when the analyst signs out. */
  readonly mode: 'off' | 'memory' | 'encrypted';
  /** How long the file keeps them. */
  readonly days: number;
  /** Where the mode is `encrypted` and nothing is in the way. `key`: 32 octets. */
  readonly store?: { readonly file: string; readonly key: Uint8Array };
  /** What is in the way. */
  readonly problem?: ErrorReport;
}

/** Everything the session process needs from the policy, the keychain and the card; nothing else reaches it. */
export interface SessionConfig {
  /** The XMPP domain: the stream's `to` and the name in the server's certificate. */
  readonly domain: string;
  readonly servers: readonly ApprovedServer[];
  /** CA certificates, DER; the only ones that are trusted. */
  readonly trustAnchors: readonly Uint8Array[];
  readonly tls: {
    readonly minVersion: '1.2' | '1.3';
    readonly maxVersion: '1.2' | '1.3';
    readonly groups: readonly string[];
    /** TLS 1.3 suites, OpenSSL's (and IANA's) names. */
    readonly cipherSuites: readonly string[];
    /** TLS 1.2 suites, OpenSSL's names; empty when 1.2 is not allowed. */
    readonly cipherList: readonly string[];
    readonly requireFips: boolean;
    /** Revocation lists, DER; absent: revocation is not checked. */
    readonly revocationLists?: readonly Uint8Array[];
    /** Suites of `cipherList` do not encrypt. */
    readonly integrityOnly: boolean;
  };
  readonly lock: {
    readonly kid: string;
    readonly bindings: readonly ('tls-exporter' | 'tls-server-end-point')[];
    /** This machine's keys, newest epoch first. */
    readonly keys: readonly { readonly epoch: number; readonly key: Uint8Array }[];
  };
  /** Sign-in by password; absent: by the card. */
  readonly password?: PasswordPolicy & {
    /** The account's localpart, prepared. */
    readonly username: string;
  };
  /** With a password there is no certificate: it is empty, and so are `issuer` and `notAfter`. */
  readonly identity: {
    readonly certificate: Uint8Array;
    readonly chain: readonly Uint8Array[];
    readonly commonName: string;
    readonly upn: string;
    readonly issuer: string;
    readonly notAfter: string;
  };
  readonly rooms: { readonly autojoin: readonly string[] };
  readonly guard: GuardPolicy;
  /** Absent: conversations are in memory until the session ends. */
  readonly history?: HistoryAccess;
  /** The audit log's collector (RFC 5425); absent: the log stays on this computer. */
  readonly collector?: ApprovedServer;
  /** The XMPP resource's prefix; the session adds random characters. */
  readonly resourcePrefix: string;
  /** What is watched for; `prefs`: what this account's user chose before. */
  readonly watch: { readonly policy: WatchPolicy; readonly prefs: WatchPrefs };
  /** Absent: files are off. */
  readonly files?: FilePolicy;
  /** Where newer policies are asked for; `path` is the bundle's on that server. */
  readonly policyDrop?: ApprovedServer & { readonly path: string };
}

/** Lines of the audit log on their way to the collector. */
export interface AuditLines {
  /** The number of the last of them. */
  readonly lastSeq: number;
  /** RFC 5425 frames, one a line. */
  readonly frames: readonly Uint8Array[];
}

/** Main to session. A MessagePort travels beside each `attach-…`. */
export type SessionRequest =
  | { readonly kind: 'start'; readonly config: SessionConfig }
  /** Ends the XMPP session in an orderly way and forgets everything; answered with `stopped`. */
  | { readonly kind: 'stop' }
  /**
   * Ends the connection but keeps the conversations in memory (the screen is locked, the card is out); answered with
   * `link` offline. A `start` with the same UPN goes on with them; for anyone else they are dropped first.
   */
  | { readonly kind: 'suspend' }
  /** Answered with `audit-sent` when the collector has them; given only while there is a collector. */
  | { readonly kind: 'audit-lines'; readonly lines: AuditLines }
  /** `window`: which one; its former port is closed. */
  /** Answered with `exported` of the same id. */
  | { readonly kind: 'export'; readonly id: number; readonly scope: ExportScope }
  | { readonly kind: 'attach-chat'; readonly window: string }
  /** The policy's part of watching changed. */
  | { readonly kind: 'watch-policy'; readonly policy: WatchPolicy }
  | { readonly kind: 'attach-token' }
  /** The port is the password window's, see password-contract.ts. `domain`: where its accounts are. */
  | { readonly kind: 'attach-password'; readonly domain: string }
  /** The port is for {@link SaveRequest} and {@link SaveReply} of file-contract.ts. */
  | { readonly kind: 'attach-files' };

/** A fact for the audit log; never holds a message, a PIN or a key. */
export interface AuditRecord {
  readonly event: string;
  readonly outcome: 'success' | 'failure';
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

/** Session to main. */
export type SessionReport =
  | { readonly kind: 'link'; readonly link: LinkState }
  /** The session ended for good: asked to (`error` absent), or by something that trying again does not mend. */
  | { readonly kind: 'stopped'; readonly error?: ErrorReport }
  /** A password was typed for this account (localpart); a `start` for it uses the password up. */
  | { readonly kind: 'password-entered'; readonly username: string }
  /** The server's account of this user, known after resource binding. */
  | { readonly kind: 'bound'; readonly jid: string }
  /** The server accepted a newer lock key: the keys of these epochs are to be forgotten (lock rule 5). */
  | { readonly kind: 'lock-superseded'; readonly epochs: readonly number[] }
  /** Unread messages of all conversations that are not muted. */
  | { readonly kind: 'unread'; readonly total: number }
  /** Something arrived that is to be announced. */
  | { readonly kind: 'notice'; readonly notice: Notice }
  /** What the user of this principal name chose is to be kept. */
  | { readonly kind: 'watch-prefs'; readonly upn: string; readonly prefs: WatchPrefs }
  /** What the policy's drop delivered, at most 1 MiB; nothing about it is known. */
  | { readonly kind: 'policy-drop'; readonly bundle: Uint8Array }
  /** `records` as export-contract.ts has them, judged by whoever asked. */
  | {
      readonly kind: 'exported';
      readonly id: number;
      readonly records?: unknown;
      readonly error?: ErrorReport;
    }
  | { readonly kind: 'audit-sent'; readonly seq: number }
  | { readonly kind: 'audit'; readonly record: AuditRecord };

/** Session to token process, over the port of `attach-token`. */
export interface SignPortRequest {
  readonly id: number;
  readonly mechanism: SignMechanism;
  readonly data: Uint8Array;
}

/** Token process to session. */
export type SignPortReply =
  | { readonly id: number; readonly ok: true; readonly signature: Uint8Array }
  | { readonly id: number; readonly ok: false; readonly error: ErrorReport };
