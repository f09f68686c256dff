/** HTTP/1.1 over the card's mutual TLS, one exchange a connection, with the servers that the policy approves. */
export { exchange } from './exchange.ts';
export type { HttpsExchange, HttpsLimits, HttpsMethod, HttpsResponse } from './options.ts';
export { DEFAULT_HTTPS_LIMITS } from './options.ts';
