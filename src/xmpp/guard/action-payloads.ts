/**
 * What may be in messages that do something to messages that are there, and in those that tell how far they got. Who may
 * send them, `actions.ts` says.
 */
import { NS } from '../namespaces.ts';
import { EMPTY, ID, isId, names, SHORT } from './common-shapes.ts';
import { shape, type TableEntries } from './shape.ts';

/** A text that is there for clients without the extension that `for` names (XEP-0428). */
const FALLBACK_BODY = shape({ attrs: ['start', 'end'] });

/** What messages do to messages that are there; by whom they may be, `actions.ts` says. */
export const ACTIONS: TableEntries = {
  [NS.reply]: { reply: shape({ attrs: ['id', 'to'], accepts: ({ attrs }) => isId(attrs.id) }) },
  [NS.fallback]: {
    fallback: shape({
      attrs: ['for'],
      children: { [NS.fallback]: { body: FALLBACK_BODY } },
      accepts: ({ attrs }) => isId(attrs.for),
    }),
  },
  [NS.correction]: { replace: ID },
  [NS.reactions]: {
    reactions: shape({
      attrs: ['id'],
      children: { [NS.reactions]: { reaction: shape({ text: 32 }) } },
      accepts: ({ attrs }) => isId(attrs.id),
    }),
  },
  [NS.chatMarkers]: { markable: EMPTY, displayed: ID },
};
export const RETRACTION_OUT: TableEntries = { [NS.retraction]: { retract: ID } };
/** XEP-0424; XEP-0425 where a room announces it. */
export const RETRACTION_IN: TableEntries = {
  [NS.retraction]: {
    retract: shape({
      attrs: ['id'],
      children: {
        [NS.moderation]: {
          moderated: shape({
            attrs: ['by'],
            children: { [NS.occupantId]: { 'occupant-id': ID }, [NS.moderation]: { reason: SHORT } },
          }),
        },
        [NS.retraction]: { reason: SHORT },
      },
      accepts: ({ attrs }) => isId(attrs.id),
    }),
  },
};
/** What an archive puts in a message's place; who it says did that is anybody's word, and does not pass. */
export const TOMBSTONE: TableEntries = {
  [NS.retraction]: {
    ...RETRACTION_IN[NS.retraction],
    retracted: shape({ attrs: ['stamp', 'id'], children: { [NS.moderation]: { moderated: EMPTY } } }),
  },
};
/** XEP-0425 4, asked of a room. */
export const MODERATION: TableEntries = {
  [NS.moderation]: {
    moderate: shape({
      attrs: ['id'],
      children: { [NS.retraction]: { retract: EMPTY }, [NS.moderation]: { reason: SHORT } },
      accepts: ({ attrs }) => isId(attrs.id),
    }),
  },
};
export const CHAT_STATES: TableEntries = {
  [NS.chatStates]: names(['active', 'composing', 'paused', 'inactive', 'gone'], EMPTY),
};
