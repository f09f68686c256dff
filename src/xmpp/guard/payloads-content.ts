/** What is said, and by whom: the contents of messages, of copies of messages, and of a room's presence. */
import { NS } from '../namespaces.ts';
import { ACTIONS, CHAT_STATES, RETRACTION_IN, RETRACTION_OUT, TOMBSTONE } from './action-payloads.ts';
import { EMPTY, ID, isId, names, SHORT, TEXT } from './common-shapes.ts';
import { FORM_IN_MESSAGE } from './forms.ts';
import { type Shape, shape, type TableEntries, table } from './shape.ts';

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
export const FILE_SHARING: TableEntries = {
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
export const OCCUPANT: TableEntries = { [NS.occupantId]: { 'occupant-id': ID } };

const REASON = { reason: SHORT };
const MUC_ITEM = {
  item: shape({
    attrs: ['affiliation', 'role', 'jid', 'nick'],
    children: { [NS.mucUser]: { ...REASON, actor: shape({ attrs: ['jid', 'nick'] }) } },
  }),
  status: shape({ attrs: ['code'] }),
};
export const MUC_PRESENCE: TableEntries = {
  [NS.mucUser]: {
    x: shape({
      children: {
        [NS.mucUser]: { ...MUC_ITEM, destroy: shape({ attrs: ['jid'], children: { [NS.mucUser]: REASON } }) },
      },
    }),
  },
};
/** XEP-0317. */
export const HATS: TableEntries = {
  [NS.hats]: {
    hats: shape({ children: { [NS.hats]: { hat: shape({ attrs: ['title', 'uri', 'xml:lang'] }) } } }),
  },
};
/** XEP-0045 7.8.2 and XEP-0249; passwords of rooms do not travel. */
const INVITATION = shape({ attrs: ['from', 'to'], children: { [NS.mucUser]: REASON } });
const INVITATIONS = { invite: INVITATION, decline: INVITATION };
const DIRECT_INVITATION: TableEntries = { [NS.conference]: { x: shape({ attrs: ['jid', 'reason'] }) } };

export const CONTENT_IN: TableEntries = {
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
export const CONTENT_OUT: TableEntries = {
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
export function copies(content: readonly TableEntries[]): TableEntries {
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
