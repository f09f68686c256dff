/** What fixtures are made of: an analyst, their policy, a desk with rooms, contacts and conversations. Runs in the page. */
import type { AppState, CertificateChoice, PinPrompt, SignInState } from '../../src/shared/app-state.ts';
import type {
  ChatEvent,
  ChatMessage,
  ChatSnapshot,
  ConnectionInfo,
  ConversationSummary,
  LinkState,
} from '../../src/shared/chat-model.ts';
import type { ErrorReport } from '../../src/shared/errors.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import type { PasswordPrompt } from '../../src/shared/password-contract.ts';
import type { PolicyExport, PolicyPage } from '../../src/shared/policy-page.ts';
import type { Preferences } from '../../src/shared/preferences.ts';
import type { WatchTile } from '../../src/shared/watch-contract.ts';
import { labelledTalk, labelRules, lowTalk } from './labels.ts';
import { CONTACTS, contactJid, DOMAIN, occupants, RAMIREZ, ROOMS, roomJid, WATCH_FLOOR } from './people.ts';
import { POLICY } from './policy.ts';
import { NOW, nightTalk, roomTalk } from './talk.ts';

export interface Fixture {
  /** What a torn-off window shows. */
  readonly tiles?: readonly WatchTile[];
  readonly app?: AppState;
  readonly preferences?: Preferences;
  readonly pin?: PinPrompt;
  readonly password?: PasswordPrompt;
  readonly events?: readonly ChatEvent[];
  /** What `load-messages` answers from, oldest first. */
  readonly history?: ReadonlyMap<BareJid, readonly ChatMessage[]>;
  /** Absent: the main process does not answer. */
  readonly policyPage?: PolicyPage;
  /** Absent: the export fails. */
  readonly policyExport?: PolicyExport;
  /** Commands of these types are refused. */
  readonly refuse?: Readonly<Record<string, ErrorReport>>;
}

export const ALICE: CertificateChoice = {
  id: 'slot-0-9a',
  commonName: 'ALLEN.ALICE.A.1000000001',
  upn: '1000000001@mil',
  issuer: 'Example ID CA 70',
  notAfter: '2028-05-31T23:59:59Z',
};
export const MALLORY: CertificateChoice = {
  ...ALICE,
  id: 'slot-1-9a',
  commonName: 'MOSS.GREG.1000000009',
  upn: '1000000009@mil',
};

type Running = Extract<AppState, { kind: 'running' }>;

export function running(signIn: SignInState, extra: Partial<Running> = {}): Running {
  return {
    kind: 'running',
    build: { version: '0.1.0', testBuild: false },
    policy: POLICY,
    signIn,
    screenLocked: false,
    ...extra,
  };
}

export const ONLINE = running({ step: 'online', identity: ALICE });

export const CONNECTION: ConnectionInfo = {
  host: 'xmpp1.example.mil',
  port: 5223,
  domain: DOMAIN,
  tlsVersion: 'TLSv1.3',
  cipherSuite: 'TLS_AES_256_GCM_SHA384',
  keyExchangeGroup: 'secp384r1',
  serverPin: 'sha256/4Zt0b8hS3mWc0nq2pS8mE1l8t7cP0kYwQpXo3Jb1xRk=',
  serverCertificateSubject: 'CN=xmpp1.example.mil, OU=J6, O=Example Joint Command',
  serverCertificateNotAfter: '2027-06-30T12:00:00Z',
  lock: { verified: true, binding: 'tls-exporter', epoch: 7, kid: 'WS-0142' },
  identity: ALICE,
  jid: `alice.allen@${DOMAIN}/sallyport-7f3a`,
  streamManagement: { enabled: true, resumed: false },
  since: NOW - 3 * 3_600_000,
};

export function summary(
  jid: BareJid,
  unread: number,
  kind: 'contact' | 'room' = 'contact',
): ConversationSummary {
  return { jid, kind, unread, lastAt: NOW };
}

export function snapshot(extra: Partial<ChatSnapshot> = {}): ChatEvent {
  return {
    type: 'snapshot',
    snapshot: {
      self: { jid: contactJid('alice.allen'), displayName: 'Allen, Alice (1LT)' },
      link: { kind: 'online' },
      connection: CONNECTION,
      contacts: CONTACTS,
      rooms: ROOMS,
      conversations: [
        summary(RAMIREZ, 2),
        summary(WATCH_FLOOR, 0, 'room'),
        summary(roomJid('sector-north'), 128, 'room'),
        summary(roomJid('air-picture'), 3, 'room'),
        summary(contactJid('tom.okafor'), 1),
      ],
      ...extra,
    },
  };
}

export function occupantsOf(
  jid: BareJid,
  count: number,
  role: 'moderator' | 'participant' = 'moderator',
): ChatEvent {
  return { type: 'occupants', room: jid, reset: true, upsert: occupants(count, role), remove: [] };
}

export const TALKS: ReadonlyMap<BareJid, readonly ChatMessage[]> = new Map([
  [RAMIREZ, nightTalk()],
  [WATCH_FLOOR, roomTalk(90)],
  [roomJid('sector-north'), roomTalk(260)],
]);

export const WAITING: LinkState = {
  kind: 'waiting',
  retryAt: NOW + 12_000,
  error: { code: 'SERVER_UNREACHABLE', detail: { host: 'xmpp1.example.mil' } },
};

export const DESK: Fixture = {
  app: ONLINE,
  events: [snapshot(), occupantsOf(WATCH_FLOOR, 14), occupantsOf(roomJid('sector-north'), 31, 'participant')],
  history: TALKS,
};

/** The desk with labels: the system is UNCLASSIFIED, Ramirez writes up to SECRET, the rooms do not. */
export function labelledDesk(labels = labelRules()): Fixture {
  const banner = { text: 'UNCLASSIFIED // EXERCISE', background: '#007a33', foreground: '#ffffff' };
  return {
    ...DESK,
    app: running({ step: 'online', identity: ALICE }, { policy: { ...POLICY, banner, labels } }),
    history: new Map([
      [RAMIREZ, labelledTalk()],
      [contactJid('tom.okafor'), lowTalk()],
      [WATCH_FLOOR, roomTalk(90)],
    ]),
  };
}

export const LONG_NAME =
  'Ministry-of-Everything-and-Joint-Command-for-Extraordinarily-Long-Names-and-Titles Detachment 7';
