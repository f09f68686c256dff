/**
 * What may be in a data form (XEP-0004): labels, texts and choices. No pictures (XEP-0221), no addresses to go to (XEP-0147,
 * XEP-0066), no rules (XEP-0122), no layout (XEP-0141). A field whose values are addresses to go to is taken out.
 */
import { NS } from '../namespaces.ts';
import { hasUri } from './files.ts';
import { type Shape, shape, type TableEntries } from './shape.ts';

const TEXT = shape({ attrs: ['xml:lang'], text: 1024 });
const EMPTY = shape();

const harmless = (field: Parameters<NonNullable<Shape['accepts']>>[0]): boolean =>
  field.attrs.var === 'FORM_TYPE' || !hasUri(field);

const VALUE = { value: TEXT };
const ANSWERED = shape({
  attrs: ['var', 'type', 'label'],
  children: { [NS.dataForms]: VALUE },
  accepts: harmless,
});
const ASKED = shape({
  attrs: ['var', 'type', 'label'],
  children: {
    [NS.dataForms]: {
      ...VALUE,
      desc: TEXT,
      required: EMPTY,
      option: shape({ attrs: ['label'], children: { [NS.dataForms]: VALUE } }),
    },
  },
  accepts: harmless,
});
const ROW = shape({ children: { [NS.dataForms]: { field: ANSWERED } } });

/** A form without anything to fill in: in answers that tell something. */
export const FORM_SHOWN: TableEntries = {
  [NS.dataForms]: { x: shape({ attrs: ['type'], children: { [NS.dataForms]: { field: ANSWERED } } }) },
};

/** A filled form in a message: texts as in its body, nothing to fill in. What it says is shown only where the text says it too. */
export const FORM_IN_MESSAGE: TableEntries = {
  [NS.dataForms]: {
    x: shape({
      attrs: ['type'],
      children: {
        [NS.dataForms]: {
          title: TEXT,
          field: shape({ attrs: ['var', 'type', 'label'], children: { [NS.dataForms]: VALUE } }),
        },
      },
      accepts: ({ attrs }) => attrs.type === 'result',
    }),
  },
};

/** What goes out: the answers of a form, or that it is not filled in. */
export const FORM_SUBMITTED: TableEntries = {
  [NS.dataForms]: {
    x: shape({
      attrs: ['type'],
      children: { [NS.dataForms]: { field: ANSWERED } },
      accepts: ({ attrs }) => attrs.type === 'submit' || attrs.type === 'cancel',
    }),
  },
};

/** A form to be filled in, or one with a table of results. */
export const FORM_ASKED: TableEntries = {
  [NS.dataForms]: {
    x: shape({
      attrs: ['type'],
      children: {
        [NS.dataForms]: {
          title: TEXT,
          instructions: TEXT,
          field: ASKED,
          reported: ROW,
          item: ROW,
        },
      },
      accepts: ({ attrs }) => attrs.type === 'form' || attrs.type === 'result',
    }),
  },
};
