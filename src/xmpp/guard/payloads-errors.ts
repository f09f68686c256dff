/** Why a stanza was refused (RFC 6120 8.3). */
import { NS } from '../namespaces.ts';
import { EMPTY, names, SHORT } from './common-shapes.ts';
import { shape, type TableEntries } from './shape.ts';

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

export const ERROR_IN: TableEntries = {
  [NS.client]: {
    error: shape({
      attrs: ['type', 'code', 'by'],
      children: { [NS.stanzaErrors]: { ...CONDITIONS, text: SHORT } },
    }),
  },
};
export const ERROR_OUT: TableEntries = {
  [NS.client]: { error: shape({ attrs: ['type'], children: { [NS.stanzaErrors]: CONDITIONS } }) },
};

/** XEP-0363 6. */
export const UPLOAD_ERRORS: TableEntries = {
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
