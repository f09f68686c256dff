/**
 * What may be inside a stanza: one table, by kind of stanza and direction, down to the last attribute. Anything that is
 * not here does not pass: from us it is refused, from the network it is taken out, and what `forbidden.ts`
 * names is refused with its stanza. Lengths are UTF-16 code units.
 */
import type { GuardPolicy } from '../../shared/session-contract.ts';
import { NS } from '../namespaces.ts';
import { ACKNOWLEDGED } from './acknowledgements.ts';
import { MODERATION } from './action-payloads.ts';
import { COMMAND_RESULT, COMMAND_SET } from './commands.ts';
import { EMPTY, names, SHORT, TEXT } from './common-shapes.ts';
import { isSafeFileName } from './files.ts';
import { FORM_SHOWN } from './forms.ts';
import { ARCHIVE_FORM_GET, ARCHIVE_QUERY, ARCHIVE_RESULT } from './payloads-archive.ts';
import {
  CONTENT_IN,
  CONTENT_OUT,
  copies,
  DELAY,
  FILE_SHARING,
  HATS,
  MUC_PRESENCE,
  OCCUPANT,
  stanza,
} from './payloads-content.ts';
import { ERROR_IN, ERROR_OUT, UPLOAD_ERRORS } from './payloads-errors.ts';
import {
  BLOCKLIST,
  BLOCKLIST_CHANGE,
  PROFILE_GET,
  PROFILE_RESULT,
  SEARCH_GET,
  SEARCH_RESULT,
  SEARCH_SET,
} from './payloads-people.ts';
import { PUBSUB_GET, pubsubTables } from './pubsub.ts';
import {
  ITEM_LIST_GET,
  ITEM_LIST_RESULT,
  ROOM_ADMIN,
  ROOM_LIST_GET,
  ROOM_LIST_RESULT,
  ROOM_OWNER_GET,
  ROOM_OWNER_RESULT,
  ROOM_OWNER_SET,
} from './rooms.ts';
import { type Shape, shape, type TableEntries } from './shape.ts';
import type { Direction } from './verdict.ts';
import { WHITEBOARD } from './whiteboard.ts';

const ROSTER_ATTRS = ['jid', 'name', 'subscription', 'ask', 'approved'];
const ROSTER: TableEntries = {
  [NS.roster]: {
    query: shape({
      attrs: ['ver'],
      children: {
        [NS.roster]: {
          item: shape({ attrs: ROSTER_ATTRS, children: { [NS.roster]: { group: SHORT } } }),
        },
      },
    }),
  },
};
export const DISCO_QUESTION: TableEntries = { [NS.discoInfo]: { query: shape({ attrs: ['node'] }) } };
const IDENTITY = shape({ attrs: ['category', 'type', 'name', 'xml:lang'] });
const FEATURE = shape({ attrs: ['var'] });
export const DISCO_ANSWER: TableEntries = {
  [NS.discoInfo]: {
    query: shape({
      attrs: ['node'],
      children: { [NS.discoInfo]: { identity: IDENTITY, feature: FEATURE }, ...FORM_SHOWN },
    }),
  },
};
const PING: TableEntries = { [NS.ping]: { ping: EMPTY } };
const BIND: TableEntries = {
  [NS.bind]: {
    bind: shape({ children: { [NS.bind]: names(['resource', 'jid'], shape({ text: 3071 })) } }),
  },
};
const UPLOAD_REQUEST: TableEntries = {
  [NS.upload]: {
    request: shape({
      attrs: ['filename', 'size', 'content-type'],
      accepts: ({ attrs }) => isSafeFileName(attrs.filename ?? ''),
    }),
  },
};
const UPLOAD_SLOT: TableEntries = {
  [NS.upload]: {
    slot: shape({
      children: {
        [NS.upload]: {
          put: shape({
            attrs: ['url'],
            children: { [NS.upload]: { header: shape({ attrs: ['name'], text: 4096 }) } },
          }),
          get: shape({ attrs: ['url'] }),
        },
      },
    }),
  },
};
/** XEP-0077 3.3. */
const PASSWORD_CHANGE: TableEntries = {
  [NS.register]: {
    query: shape({
      children: { [NS.register]: { username: shape({ text: 1023 }), password: shape({ text: 1024 }) } },
    }),
  },
};

type Ways = Readonly<Record<Direction, Shape>>;

/** The table. */
export interface Payloads {
  readonly message: Ways;
  readonly messageError: Ways;
  readonly presence: Ways;
  readonly presenceError: Ways;
  readonly get: Ways;
  readonly set: Ways;
  readonly result: Ways;
  readonly error: Ways;
}

/** What a policy adds to the table. */
interface Offered {
  readonly gate: boolean;
  readonly passwordChange: boolean;
  readonly directory: boolean;
  readonly location: boolean;
  readonly activity: boolean;
  readonly commands: boolean;
  readonly whiteboard: boolean;
  readonly acknowledgements: boolean;
}

function payloads(offered: Offered): Payloads {
  const { gate, passwordChange, directory, commands, whiteboard, acknowledgements, ...personal } = offered;
  const pubsub = pubsubTables(personal);
  const more = [
    ...(gate ? [FILE_SHARING] : []),
    ...(whiteboard ? [WHITEBOARD] : []),
    ...(acknowledgements ? [ACKNOWLEDGED] : []),
  ];
  const contentIn = [CONTENT_IN, ...more];
  const errors: Ways = { in: stanza(ERROR_IN), out: stanza(ERROR_OUT) };
  const own = { show: SHORT, status: TEXT, priority: SHORT };
  const caps: TableEntries = { [NS.caps]: { c: shape({ attrs: ['hash', 'node', 'ver', 'ext'] }) } };
  const history = shape({ attrs: ['maxchars', 'maxstanzas', 'seconds', 'since'] });
  const join: TableEntries = { [NS.muc]: { x: shape({ children: { [NS.muc]: { history } } }) } };
  return {
    message: {
      in: stanza(...contentIn, copies(contentIn), pubsub.event),
      out: stanza(CONTENT_OUT, ...more),
    },
    messageError: errors,
    presence: {
      in: stanza({ [NS.client]: own }, caps, DELAY, MUC_PRESENCE, OCCUPANT, HATS),
      out: stanza({ [NS.client]: own }, caps, join),
    },
    presenceError: errors,
    get: {
      in: stanza(DISCO_QUESTION, PING),
      out: stanza(
        ROSTER,
        DISCO_QUESTION,
        PING,
        BLOCKLIST,
        commands ? ITEM_LIST_GET : ROOM_LIST_GET,
        ROOM_OWNER_GET,
        ROOM_ADMIN,
        PUBSUB_GET,
        ARCHIVE_FORM_GET,
        ...(directory ? [SEARCH_GET, PROFILE_GET] : []),
        ...(gate ? [UPLOAD_REQUEST] : []),
      ),
    },
    set: {
      in: stanza(ROSTER, BLOCKLIST_CHANGE),
      out: stanza(
        BIND,
        ROSTER,
        BLOCKLIST_CHANGE,
        { [NS.carbons]: { enable: EMPTY } },
        ROOM_OWNER_SET,
        ROOM_ADMIN,
        pubsub.set,
        ARCHIVE_QUERY,
        MODERATION,
        ...(directory ? [SEARCH_SET] : []),
        ...(passwordChange ? [PASSWORD_CHANGE] : []),
        ...(commands ? [COMMAND_SET] : []),
      ),
    },
    result: {
      in: stanza(
        BIND,
        ROSTER,
        BLOCKLIST,
        DISCO_ANSWER,
        ARCHIVE_RESULT,
        commands ? ITEM_LIST_RESULT : ROOM_LIST_RESULT,
        ROOM_OWNER_RESULT,
        ROOM_ADMIN,
        pubsub.result,
        ...(directory ? [SEARCH_RESULT, PROFILE_RESULT] : []),
        ...(gate ? [UPLOAD_SLOT] : []),
        ...(commands ? [COMMAND_RESULT] : []),
      ),
      out: stanza(DISCO_ANSWER),
    },
    error: gate ? { in: stanza(UPLOAD_ERRORS), out: errors.out } : errors,
  };
}

/** The table without what a policy may add. */
export const PAYLOADS = payloads({
  gate: false,
  passwordChange: false,
  directory: false,
  location: false,
  activity: false,
  commands: false,
  whiteboard: false,
  acknowledgements: false,
});

const made = new Map<string, Payloads>();

/** The table of a policy; made once for each that differs. */
export function payloadsOf(policy: GuardPolicy): Payloads {
  const { fileGate, passwordChange, directory, location, activity, commands, whiteboard } = policy;
  const offered: Offered = {
    gate: fileGate !== undefined,
    passwordChange,
    directory,
    location,
    activity,
    commands,
    whiteboard,
    acknowledgements: policy.acknowledgements === true,
  };
  const key = JSON.stringify(offered);
  const known = made.get(key) ?? payloads(offered);
  made.set(key, known);
  return known;
}
