/** The named states that the harness can put the windows into. Runs in the page. */
import type {
  AppState,
  CertificateChoice,
  PinPrompt,
  SignInState,
  UpdateNotice,
} from '../../src/shared/app-state.ts';
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
import type { LabelPolicy } from '../../src/shared/labels.ts';
import type { PasswordPrompt } from '../../src/shared/password-contract.ts';
import type { PolicyExport, PolicyPage } from '../../src/shared/policy-page.ts';
import { DEFAULT_PREFERENCES, type Preferences } from '../../src/shared/preferences.ts';
import type { WatchTile } from '../../src/shared/watch-contract.ts';
import { adHocFixtures } from './adhoc.ts';
import { peopleEvents } from './contacts.ts';
import { feedFixtures } from './feeds.ts';
import { fileTalk, savedFiles, sentFiles } from './files.ts';
import { labelledTalk, labelRules, lowTalk, manyLabels } from './labels.ts';
import { actionTalk } from './message-actions.ts';
import { passwordFixtures } from './passwords.ts';
import {
  CONTACTS,
  contactJid,
  DOMAIN,
  IMPOSTOR,
  manyContacts,
  manyRooms,
  occupants,
  RAMIREZ,
  ROOMS,
  room,
  roomJid,
  WATCH_FLOOR,
} from './people.ts';
import { POLICY } from './policy.ts';
import { POLICY_PAGE } from './policy-page.ts';
import { roomFixtures } from './rooms.ts';
import { awkwardTalk, linkTalk, longTalk, NOW, nightTalk, roomTalk, troubledTalk } from './talk.ts';
import { watchEvents, watchTalks, watchTiles } from './watch.ts';
import { boardFixtures } from './whiteboard.ts';

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
const ALICE_ADMIN: CertificateChoice = {
  id: 'slot-0-9c',
  commonName: 'ALLEN.ALICE.A.ADM.1000000001',
  upn: '1000000001.adm@mil',
  issuer: 'Example ID CA 71',
  notAfter: '2027-01-15T12:00:00Z',
};
const MALLORY: CertificateChoice = {
  ...ALICE,
  id: 'slot-1-9a',
  commonName: 'MOSS.GREG.1000000009',
  upn: '1000000009@mil',
};

type Running = Extract<AppState, { kind: 'running' }>;

function running(signIn: SignInState, extra: Partial<Running> = {}): Running {
  return {
    kind: 'running',
    build: { version: '0.1.0', testBuild: false },
    policy: POLICY,
    signIn,
    screenLocked: false,
    ...extra,
  };
}

const ONLINE = running({ step: 'online', identity: ALICE });

const CONNECTION: ConnectionInfo = {
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

function summary(jid: BareJid, unread: number, kind: 'contact' | 'room' = 'contact'): ConversationSummary {
  return { jid, kind, unread, lastAt: NOW };
}

function snapshot(extra: Partial<ChatSnapshot> = {}): ChatEvent {
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

function occupantsOf(
  jid: BareJid,
  count: number,
  role: 'moderator' | 'participant' = 'moderator',
): ChatEvent {
  return { type: 'occupants', room: jid, reset: true, upsert: occupants(count, role), remove: [] };
}

const TALKS: ReadonlyMap<BareJid, readonly ChatMessage[]> = new Map([
  [RAMIREZ, nightTalk()],
  [WATCH_FLOOR, roomTalk(90)],
  [roomJid('sector-north'), roomTalk(260)],
]);

const WAITING: LinkState = {
  kind: 'waiting',
  retryAt: NOW + 12_000,
  error: { code: 'SERVER_UNREACHABLE', detail: { host: 'xmpp1.example.mil' } },
};

const DESK: Fixture = {
  app: ONLINE,
  events: [snapshot(), occupantsOf(WATCH_FLOOR, 14), occupantsOf(roomJid('sector-north'), 31, 'participant')],
  history: TALKS,
};

/** The desk with labels: the system is UNCLASSIFIED, Ramirez writes up to SECRET, the rooms do not. */
function labelledDesk(labels = labelRules()): Fixture {
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

const LONG_NAME =
  'Ministry-of-Everything-and-Joint-Command-for-Extraordinarily-Long-Names-and-Titles Detachment 7';

const UPDATE: UpdateNotice = {
  version: '0.2.0',
  installFrom: 'Software Centre, under Sallyport',
  notes: 'Rooms with a long history open at once.',
};
/** As long as a manifest may have it, and no word to break at. */
const LONG_PLACE = `\\\\files.ops.example.mil\\${'software-and-other-things\\'.repeat(4)}`.slice(0, 120);

function withoutDefault({ defaultLabel: _, ...labels }: LabelPolicy): LabelPolicy {
  return labels;
}

const PIN: PinPrompt = { identity: ALICE, finalTry: false, pinPad: false, banner: POLICY.banner };

function card(code: ErrorReport['code'], detail?: ErrorReport['detail']): Fixture {
  return { app: running({ step: 'card', error: detail === undefined ? { code } : { code, detail } }) };
}

function locked(error: ErrorReport, bundleSha256: string): Fixture {
  return {
    app: {
      kind: 'locked',
      build: { version: '0.1.0', testBuild: false },
      error,
      bundleSha256,
      support: bundleSha256 === '' ? '' : POLICY.support,
    },
  };
}

export const FIXTURES: Readonly<Record<string, () => Fixture>> = {
  ...passwordFixtures(POLICY.banner, (method, signIn, more = {}) =>
    running(signIn as SignInState, {
      policy: { ...POLICY, signIn: { method, passwordChange: true } },
      ...more,
    }),
  ),
  ...roomFixtures(DESK),
  ...adHocFixtures(DESK),
  ...feedFixtures(DESK),
  ...boardFixtures(DESK, labelledDesk()),
  'locked-tampered': () => locked({ code: 'BELOW_THRESHOLD' }, '9f2c'.repeat(16)),
  'locked-absent': () => locked({ code: 'ABSENT', detail: { path: '/etc/sallyport/policy.bundle' } }, ''),
  'desk-strict': () => ({
    app: running(
      { step: 'online', identity: ALICE },
      {
        policy: {
          ...POLICY,
          desktop: { copy: false, paste: false, dragAndDrop: false },
          linkHosts: ['intranet.example.mil'],
        },
      },
    ),
    events: [
      snapshot({
        connection: { ...CONNECTION, tlsVersion: 'TLSv1.2', cipherSuite: 'ECDHE-ECDSA-NULL-SHA' },
        contacts: [...CONTACTS, IMPOSTOR],
      }),
    ],
    history: new Map([[RAMIREZ, linkTalk()]]),
  }),
  consent: () => ({ app: running({ step: 'consent' }) }),
  'consent-test-build': () => ({
    app: running({ step: 'consent' }, { build: { version: '0.1.0', testBuild: true } }),
  }),
  'card-reading': () => ({ app: running({ step: 'card' }) }),
  'card-no-reader': () => card('NO_READER'),
  'card-no-card': () => card('NO_CARD'),
  'card-unreadable': () => card('CARD_UNREADABLE'),
  'card-module-hash': () =>
    card('MODULE_HASH_MISMATCH', { path: '/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so' }),
  certificate: () => ({ app: running({ step: 'certificate', choices: [ALICE, ALICE_ADMIN] }) }),
  pin: () => ({ app: running({ step: 'pin', identity: ALICE }) }),
  connecting: () => ({
    app: running({ step: 'connecting', identity: ALICE }),
    events: [{ type: 'link', link: { kind: 'connecting', host: 'xmpp1.example.mil' } }],
  }),
  'connecting-again': () => ({
    app: running({ step: 'connecting', identity: ALICE, error: { code: 'SESSION_CRASHED' } }),
  }),
  'connecting-waiting': () => ({
    app: running({ step: 'connecting', identity: ALICE }),
    events: [{ type: 'link', link: WAITING }],
  }),
  stopped: () => ({ app: running({ step: 'stopped', retry: true }) }),
  'stopped-error': () => ({
    app: running({ step: 'stopped', retry: true, error: { code: 'LOCK_SERVER_PROOF_WRONG' } }),
  }),
  'stopped-conflict': () => ({ app: running({ step: 'stopped', retry: true, error: { code: 'CONFLICT' } }) }),
  'cover-card': () => ({
    app: running({ step: 'card', error: { code: 'CARD_REMOVED' } }, { screenLocked: true }),
  }),
  'cover-idle': () => ({ app: running({ step: 'card' }, { screenLocked: true }) }),
  'cover-pin': () => ({ app: running({ step: 'pin', identity: ALICE }, { screenLocked: true }) }),
  loading: () => ({ app: ONLINE }),
  desk: () => DESK,
  'desk-last-sign-in': () => ({
    ...DESK,
    app: running(
      { step: 'online', identity: ALICE },
      {
        lastSignIn: {
          previous: { at: '2026-11-21T18:02:11.000Z', machine: 'WS-0142' },
          failed: 0,
          damaged: false,
        },
      },
    ),
  }),
  'desk-last-sign-in-failed': () => ({
    ...DESK,
    app: running(
      { step: 'online', identity: ALICE },
      {
        lastSignIn: {
          previous: { at: '2026-11-21T18:02:11.000Z', machine: 'WS-0142' },
          failed: 3,
          damaged: false,
        },
      },
    ),
  }),
  'desk-last-sign-in-damaged': () => ({
    ...DESK,
    app: running({ step: 'online', identity: ALICE }, { lastSignIn: { failed: 0, damaged: true } }),
  }),
  'desk-dtg': () => ({ ...DESK, preferences: { ...DEFAULT_PREFERENCES, time: 'dtg' } }),
  'desk-local': () => ({ ...DESK, preferences: { ...DEFAULT_PREFERENCES, time: 'local' } }),
  'desk-watch': () => ({
    ...DESK,
    app: running({ step: 'online', identity: ALICE }, { policy: { ...POLICY, labels: labelRules() } }),
    events: [...(DESK.events ?? []), ...watchEvents()],
    history: watchTalks(),
  }),
  'tile-window': () => ({
    ...DESK,
    app: running({ step: 'online', identity: ALICE }, { policy: { ...POLICY, labels: labelRules() } }),
    events: [...(DESK.events ?? []), ...watchEvents()],
    history: watchTalks(),
    tiles: watchTiles().slice(0, 1),
  }),
  'tile-covered': () => ({
    app: running({ step: 'card' }, { screenLocked: true }),
    tiles: watchTiles().slice(0, 1),
  }),
  'desk-comfortable': () => ({ ...DESK, preferences: { ...DEFAULT_PREFERENCES, density: 'comfortable' } }),
  'desk-policy': () => ({
    ...DESK,
    policyPage: POLICY_PAGE,
    policyExport: { kind: 'saved', signed: true, name: 'sallyport-policy-WS-0142-2026-11-22.txt' },
  }),
  'desk-policy-troubles': () => ({
    ...DESK,
    app: running(
      { step: 'online', identity: ALICE },
      {
        policyWarning: { error: { code: 'ROLLBACK' }, at: '2026-11-22T02:40:00Z' },
        policyExpiring: '2026-11-24T00:00:00Z',
      },
    ),
    policyPage: {
      ...POLICY_PAGE,
      expiringSoon: true,
      validUntil: '2026-11-24T00:00:00Z',
      refusal: { error: { code: 'ROLLBACK' }, at: '2026-11-22T02:40:00Z' },
    },
  }),
  'desk-update': () => ({ ...DESK, app: { ...ONLINE, update: UPDATE } }),
  'desk-update-long': () => ({
    ...DESK,
    app: {
      ...ONLINE,
      update: { version: '10.20.30', installFrom: LONG_PLACE, notes: LONG_NAME.repeat(3).slice(0, 200) },
    },
  }),
  'desk-participant': () => ({
    ...DESK,
    events: [snapshot(), occupantsOf(WATCH_FLOOR, 14, 'participant')],
    refuse: { 'join-room': { code: 'ROOM_JOIN_FAILED', detail: { condition: 'forbidden' } } },
  }),
  'desk-refusing': () => ({
    ...DESK,
    refuse: { 'send-message': { code: 'GUARD_REFUSED', detail: { reason: 'label' } } },
  }),
  'desk-actions': () => ({
    ...DESK,
    events: [
      ...(DESK.events ?? []),
      { type: 'collection', collection: 'typing', reset: true, upsert: [{ id: RAMIREZ }], remove: [] },
    ],
    history: new Map([...TALKS, [WATCH_FLOOR, actionTalk()]]),
  }),
  'desk-other-user': () => ({ ...DESK, app: running({ step: 'online', identity: MALLORY }) }),
  'desk-labels': () => labelledDesk(),
  'desk-labels-required': () => labelledDesk({ labels: withoutDefault(labelRules().labels), partners: [] }),
  'desk-labels-many': () => labelledDesk(manyLabels()),
  'desk-labels-none': () => ({ ...DESK, history: new Map([...TALKS, [RAMIREZ, labelledTalk()]]) }),
  'desk-empty': () => ({
    app: ONLINE,
    events: [snapshot({ contacts: [], rooms: [], conversations: [] })],
  }),
  'desk-files': () => ({
    ...DESK,
    events: [...(DESK.events ?? []), savedFiles()],
    history: new Map([...TALKS, [RAMIREZ, [...nightTalk(), ...fileTalk()]]]),
  }),
  'desk-files-sending': () => ({
    ...DESK,
    events: [...(DESK.events ?? []), sentFiles()],
  }),
  'desk-people': () => ({ ...DESK, events: [...(DESK.events ?? []), ...peopleEvents()] }),
  'desk-waiting': () => ({
    ...DESK,
    events: [...(DESK.events ?? []), { type: 'link', link: WAITING }],
    history: new Map([...TALKS, [RAMIREZ, troubledTalk()]]),
  }),
  'desk-troubles': () => ({
    ...DESK,
    app: {
      ...ONLINE,
      build: { version: '0.1.0', testBuild: true },
      policyWarning: { error: { code: 'ROLLBACK' }, at: '2026-11-22T02:40:00Z' },
    },
    history: new Map([...TALKS, [RAMIREZ, troubledTalk()]]),
    refuse: {
      'leave-room': { code: 'NOT_CONNECTED' },
      'set-subject': { code: 'GUARD_REFUSED', detail: { reason: 'rooms' } },
    },
  }),
  'desk-long-texts': () => ({
    app: {
      ...ONLINE,
      policy: {
        ...POLICY,
        organisation: LONG_NAME,
        banner: {
          text: 'TOP SECRET // EXAMPLE-CONTROL // EXERCISE EXERCISE EXERCISE // RELEASABLE TO PARTICIPANTS OF THE EXERCISE ONLY // NOT FOR FURTHER DISTRIBUTION WITHOUT THE ORIGINATOR’S CONSENT',
          background: '#ff8c00',
          foreground: '#000000',
        },
      },
    },
    events: [
      snapshot({
        self: { jid: contactJid('alice.allen'), displayName: LONG_NAME },
        contacts: CONTACTS.map((item, index) =>
          index % 2 === 0
            ? { ...item, name: `${item.name} ${LONG_NAME}`, status: LONG_NAME.repeat(3), groups: [LONG_NAME] }
            : item,
        ),
        rooms: [room('watch-floor', { name: LONG_NAME, subject: LONG_NAME.repeat(6) }), ...ROOMS.slice(1)],
      }),
      occupantsOf(WATCH_FLOOR, 14),
    ],
    history: new Map([
      [RAMIREZ, awkwardTalk()],
      [WATCH_FLOOR, awkwardTalk()],
    ]),
  }),
  'desk-crowded': () => ({
    app: ONLINE,
    events: [
      snapshot({
        contacts: [...CONTACTS, ...manyContacts(200)],
        rooms: manyRooms(60).map((item, index) => (index === 0 ? { ...item, occupantCount: 4000 } : item)),
        conversations: manyRooms(60)
          .slice(0, 20)
          .map((item, index) => summary(item.jid, index * 13, 'room')),
      }),
      occupantsOf(roomJid('sector-1'), 4000),
    ],
    history: new Map([
      [RAMIREZ, longTalk(100_000)],
      [roomJid('sector-1'), roomTalk(90)],
    ]),
  }),
  'desk-100k': () => ({
    app: ONLINE,
    events: [
      snapshot({ conversations: [summary(RAMIREZ, 0)] }),
      { type: 'messages', conversation: RAMIREZ, append: longTalk(100_000) },
    ],
    history: new Map(),
  }),
  'pin-entry': () => ({ pin: PIN }),
  'pin-error': () => ({ pin: { ...PIN, error: { code: 'PIN_INCORRECT' } } }),
  'pin-final': () => ({ pin: { ...PIN, finalTry: true } }),
  'pin-final-error': () => ({ pin: { ...PIN, finalTry: true, error: { code: 'PIN_LAST_TRY' } } }),
  'pin-locked': () => ({ pin: { ...PIN, error: { code: 'PIN_LOCKED' } } }),
  'pin-pad': () => ({ pin: { ...PIN, pinPad: true } }),
  'pin-long': () => ({
    pin: {
      ...PIN,
      finalTry: true,
      error: {
        code: 'MODULE_HASH_MISMATCH',
        detail: { path: '/opt/vendor/with/a/long/path/libpkcs11-vendor-middleware.so' },
      },
      identity: { ...ALICE, commonName: `${ALICE.commonName}.${LONG_NAME}`, issuer: LONG_NAME },
    },
  }),
};
