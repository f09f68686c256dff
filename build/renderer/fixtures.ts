/** The named states that the harness can put the windows into. Runs in the page. */
import type { SignInState, UpdateNotice } from '../../src/shared/app-state.ts';
import type { LabelPolicy } from '../../src/shared/labels.ts';
import { DEFAULT_PREFERENCES } from '../../src/shared/preferences.ts';
import { adHocFixtures } from './adhoc.ts';
import { peopleEvents } from './contacts.ts';
import {
  ALICE,
  CONNECTION,
  DESK,
  type Fixture,
  LONG_NAME,
  labelledDesk,
  MALLORY,
  ONLINE,
  occupantsOf,
  running,
  snapshot,
  summary,
  TALKS,
  WAITING,
} from './desk.ts';
import { feedFixtures } from './feeds.ts';
import { fileTalk, savedFiles, sentFiles } from './files.ts';
import { SIGN_IN_FIXTURES } from './fixtures-sign-in.ts';
import { labelledTalk, labelRules, manyLabels } from './labels.ts';
import { actionTalk } from './message-actions.ts';
import { passwordFixtures } from './passwords.ts';
import {
  CONTACTS,
  contactJid,
  IMPOSTOR,
  manyContacts,
  manyRooms,
  RAMIREZ,
  ROOMS,
  room,
  roomJid,
  WATCH_FLOOR,
} from './people.ts';
import { POLICY } from './policy.ts';
import { POLICY_PAGE } from './policy-page.ts';
import { roomFixtures } from './rooms.ts';
import { awkwardTalk, linkTalk, longTalk, nightTalk, roomTalk, troubledTalk } from './talk.ts';
import { watchEvents, watchTalks, watchTiles } from './watch.ts';
import { boardFixtures } from './whiteboard.ts';

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

export const FIXTURES: Readonly<Record<string, () => Fixture>> = {
  ...SIGN_IN_FIXTURES,
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
};
