/**
 * What may be inside a stanza: one table, by kind of stanza and direction, down to the last attribute. Anything that is
 * not here does not pass: from us it is refused, from the network it is taken out, and what `forbidden.ts`
 * names is refused with its stanza. Lengths are UTF-16 code units.
 */
import type { GuardPolicy } from '../../shared/session-contract.ts';
import { NS } from '../namespaces.ts';
import {
  ACTIONS,
  CHAT_STATES,
  MODERATION,
  RETRACTION_IN,
  RETRACTION_OUT,
  TOMBSTONE,
} from './action-payloads.ts';
import { COMMAND_RESULT, COMMAND_SET } from './commands.ts';
import { EMPTY, ID, isId, names, SHORT, TEXT } from './common-shapes.ts';
import { isSafeFileName } from './files.ts';
import { FORM_IN_MESSAGE, FORM_SHOWN } from './forms.ts';
import { ARCHIVE_FORM_GET, ARCHIVE_QUERY, ARCHIVE_RESULT } from './payloads-archive.ts';
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
import { type Shape, shape, type TableEntries, table } from './shape.ts';
import type { Direction } from './verdict.ts';
import { WHITEBOARD } from './whiteboard.ts';

/** RFC 6120 8.3.3. The addresses that `gone` and `redirect` may hold are left out. */
const CONDITIONS = names(
  [
    'bad-request',
    'conflict',
    'feature-not-implemented',
    'forbidden',
    'gone',
    'internal-server-error',
    'item-not-found',
    'jid-malformed',
    'not-acceptable',
    'not-allowed',
    'not-authorized',
    'policy-violation',
    'recipient-unavailable',
    'redirect',
    'registration-required',
    'remote-server-not-found',
    'remote-server-timeout',
    'resource-constraint',
    'service-unavailable',
    'subscription-required',
    'undefined-condition',
    'unexpected-request',
  ],
  EMPTY,
);

const ERROR_IN: TableEntries = {
  [NS.client]: {
    error: shape({
      attrs: ['type', 'code', 'by'],
      children: { [NS.stanzaErrors]: { ...CONDITIONS, text: SHORT } },
    }),
  },
};
const ERROR_OUT: TableEntries = {
  [NS.client]: { error: shape({ attrs: ['type'], children: { [NS.stanzaErrors]: CONDITIONS } }) },
};

/** XEP-0258. The label itself is the policy's id of it; an ESS label is nothing that could be read here. */
export const SECURITY_LABEL: TableEntries = {
  [NS.securityLabels]: {
    securitylabel: shape({
      children: {
        [NS.securityLabels]: {
          displaymarking: shape({ attrs: ['fgcolor', 'bgcolor'], text: 256 }),
          label: shape({ text: 256, children: { [NS.sallyportLabel]: { id: shape({ text: 256 }) } } }),
        },
      },
    }),
  },
};

/** XEP-0447 at the approved gate; what the parts have to say, `files.ts` checks. */
const FILE_SHARING: TableEntries = {
  [NS.fileSharing]: {
    'file-sharing': shape({
      attrs: ['disposition', 'id'],
      children: {
        [NS.fileMetadata]: {
          file: shape({
            children: {
              [NS.fileMetadata]: names(['media-type', 'name', 'size'], shape({ text: 1024 })),
              [NS.hashes]: { hash: shape({ attrs: ['algo'], text: 128 }) },
            },
          }),
        },
        [NS.fileSharing]: {
          sources: shape({ children: { [NS.urlData]: { 'url-data': shape({ attrs: ['target'] }) } } }),
        },
      },
    }),
  },
};

const CONTENT: TableEntries = {
  [NS.client]: { body: TEXT, subject: TEXT, thread: shape({ attrs: ['parent'], text: 256 }) },
  [NS.receipts]: { request: EMPTY, received: ID },
  [NS.stanzaIds]: { 'origin-id': ID },
  [NS.hints]: names(['no-copy', 'no-store', 'no-permanent-store', 'store'], EMPTY),
  ...SECURITY_LABEL,
  ...FORM_IN_MESSAGE,
  ...ACTIONS,
  ...CHAT_STATES,
};

export const DELAY: TableEntries = { [NS.delay]: { delay: shape({ attrs: ['from', 'stamp'], text: 1024 }) } };
const OCCUPANT: TableEntries = { [NS.occupantId]: { 'occupant-id': ID } };

const REASON = { reason: SHORT };
const MUC_ITEM = {
  item: shape({
    attrs: ['affiliation', 'role', 'jid', 'nick'],
    children: { [NS.mucUser]: { ...REASON, actor: shape({ attrs: ['jid', 'nick'] }) } },
  }),
  status: shape({ attrs: ['code'] }),
};
const MUC_PRESENCE: TableEntries = {
  [NS.mucUser]: {
    x: shape({
      children: {
        [NS.mucUser]: { ...MUC_ITEM, destroy: shape({ attrs: ['jid'], children: { [NS.mucUser]: REASON } }) },
      },
    }),
  },
};
/** XEP-0317. */
const HATS: TableEntries = {
  [NS.hats]: {
    hats: shape({ children: { [NS.hats]: { hat: shape({ attrs: ['title', 'uri', 'xml:lang'] }) } } }),
  },
};
/** XEP-0045 7.8.2 and XEP-0249; passwords of rooms do not travel. */
const INVITATION = shape({ attrs: ['from', 'to'], children: { [NS.mucUser]: REASON } });
const INVITATIONS = { invite: INVITATION, decline: INVITATION };
const DIRECT_INVITATION: TableEntries = { [NS.conference]: { x: shape({ attrs: ['jid', 'reason'] }) } };

const CONTENT_IN: TableEntries = {
  ...CONTENT,
  [NS.stanzaIds]: {
    'origin-id': ID,
    'stanza-id': shape({ attrs: ['id', 'by'], accepts: ({ attrs }) => isId(attrs.id) }),
  },
  ...RETRACTION_IN,
  [NS.mucUser]: { x: shape({ children: { [NS.mucUser]: { ...MUC_ITEM, ...INVITATIONS } } }) },
  ...DELAY,
  ...OCCUPANT,
  ...DIRECT_INVITATION,
};
const CONTENT_OUT: TableEntries = {
  ...CONTENT,
  ...RETRACTION_OUT,
  [NS.mucUser]: { x: shape({ children: { [NS.mucUser]: INVITATIONS } }) },
  ...DIRECT_INVITATION,
};

const STANZA = ['to', 'from', 'id', 'type', 'xml:lang'];
export const stanza = (...children: readonly TableEntries[]): Shape => ({
  ...shape({ attrs: STANZA }),
  children: table(...children),
});

/** A message in a message: carbons (XEP-0280) and archives (XEP-0313). What is in it is a message like any other. */
function copies(content: readonly TableEntries[]): TableEntries {
  const forwarded = (inner: Shape): TableEntries => ({
    [NS.forward]: { forwarded: shape({ children: { ...DELAY, [NS.client]: { message: inner } } }) },
  });
  const children = forwarded(stanza(...content));
  return {
    [NS.carbons]: { received: shape({ children }), sent: shape({ children }), private: EMPTY },
    [NS.archive]: {
      result: shape({
        attrs: ['queryid', 'id'],
        children: forwarded(stanza(...content, TOMBSTONE)),
      }),
    },
  };
}

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
const UPLOAD_ERRORS: TableEntries = {
  [NS.client]: {
    error: shape({
      attrs: ['type', 'code', 'by'],
      children: {
        [NS.stanzaErrors]: { ...CONDITIONS, text: SHORT },
        [NS.upload]: {
          'file-too-large': shape({ children: { [NS.upload]: { 'max-file-size': shape({ text: 20 }) } } }),
          retry: shape({ attrs: ['stamp'] }),
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
}

function payloads(offered: Offered): Payloads {
  const { gate, passwordChange, directory, commands, whiteboard, ...personal } = offered;
  const pubsub = pubsubTables(personal);
  const more = [...(gate ? [FILE_SHARING] : []), ...(whiteboard ? [WHITEBOARD] : [])];
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
  };
  const key = JSON.stringify(offered);
  const known = made.get(key) ?? payloads(offered);
  made.set(key, known);
  return known;
}
