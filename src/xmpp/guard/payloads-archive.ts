/** What is asked of archives and what they answer (XEP-0313): pages by place, person, time and words, and which of these they take. */
import { NS } from '../namespaces.ts';
import { elementsOf } from '../xml.ts';
import { EMPTY } from './common-shapes.ts';
import { shape, type TableEntries } from './shape.ts';

const TEXT = shape({ text: 1024 });
const VALUE: TableEntries = { [NS.dataForms]: { value: TEXT } };
/** The fields that a query may have; the words' are XEP-0431's and ejabberd's own. */
const ASKED = new Set(['FORM_TYPE', 'with', 'start', 'end', 'withtext', '{urn:xmpp:fulltext:0}fulltext']);

const RESULT_SET = (children: readonly string[]): TableEntries => ({
  [NS.resultSets]: {
    set: shape({
      children: {
        [NS.resultSets]: Object.fromEntries(
          children.map((name) => [name, shape({ attrs: ['index'], text: 512 })]),
        ),
      },
    }),
  },
});

const FILTER: TableEntries = {
  [NS.dataForms]: {
    x: shape({
      attrs: ['type'],
      children: { [NS.dataForms]: { field: shape({ attrs: ['var', 'type'], children: VALUE }) } },
      accepts: (form) =>
        form.attrs.type === 'submit' && elementsOf(form).every(({ attrs }) => ASKED.has(attrs.var ?? '')),
    }),
  },
};

/** Which fields an archive takes (4.1.5): asked with nothing. */
export const ARCHIVE_FORM_GET: TableEntries = { [NS.archive]: { query: EMPTY } };

export const ARCHIVE_QUERY: TableEntries = {
  [NS.archive]: {
    query: shape({
      attrs: ['queryid'],
      children: { ...FILTER, ...RESULT_SET(['max', 'before', 'after']) },
    }),
  },
};

/** The end of a page, or the fields: their names alone. */
export const ARCHIVE_RESULT: TableEntries = {
  [NS.archive]: {
    fin: shape({
      attrs: ['complete', 'stable', 'queryid'],
      children: RESULT_SET(['first', 'last', 'count']),
    }),
    query: shape({
      children: {
        [NS.dataForms]: {
          x: shape({
            attrs: ['type'],
            children: { [NS.dataForms]: { field: shape({ attrs: ['var', 'type'], children: VALUE }) } },
            accepts: ({ attrs }) => attrs.type === 'form',
          }),
        },
      },
    }),
  },
};
