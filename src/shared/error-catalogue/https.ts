import type { Catalogue } from './error-text.ts';

/** HTTPS exchanges with the servers that the policy approves. */
export const HTTPS_ERRORS = {
  HTTP_REQUEST_INVALID: {
    title: 'Sallyport did not send a request that is not in order ({reason}).',
    action: 'Report it to IT and give them this code.',
  },
  HTTP_TIMEOUT: {
    title: 'The server {host} did not answer in time.',
    action: 'Check the network connection and try again.',
  },
  HTTP_MALFORMED: {
    title: 'The server {host} sent something that is not valid HTTP.',
    action: 'Try again. Report it to IT if it goes on.',
  },
  HTTP_INCOMPLETE: {
    title: 'The connection to {host} was cut before everything had arrived.',
    action: 'Try again.',
  },
  HTTP_TOO_LARGE: {
    title: 'The server {host} sent more than Sallyport accepts.',
    action: 'Report it to IT.',
  },
  HTTP_REDIRECT_REFUSED: {
    title: 'The server {host} tried to send this computer to another address.',
    action: 'Sallyport did not go there. Report it to IT.',
  },
} as const satisfies Catalogue;
