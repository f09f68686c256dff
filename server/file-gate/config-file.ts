/** Reading the configuration file of a server of the kit, and what such files have in common. */
import { readFileSync, statSync } from 'node:fs';
import { absolutePath, FieldError, integer, object, type Rule, readJson, text } from './fields.ts';

export const HOST = text(/^[A-Za-z0-9.:_-]{1,253}$/, 'a host name or an IP address');

/** Where to listen. */
export const LISTEN = object({ host: HOST, port: integer(1, 65_535) });

/** A server whose clients show cards. */
export const TLS_FILES = object({
  /** PEM: the server's certificate, then its issuer's. */
  certificate: absolutePath,
  key: absolutePath,
  /** PEM: the authorities that issue cards, up to their root. */
  clientAuthorities: absolutePath,
  /** PEM: a current CRL of each of these authorities, the root's included. */
  crls: absolutePath,
});

/**
 * Reads a configuration: JSON, every member checked, unknown ones refused.
 *
 * @throws FieldError that names the member, or Node's error
 */
export function readConfigFile<T>(path: string, rule: Rule<T>, maximumBytes: number): T {
  if (statSync(path).size > maximumBytes) throw new FieldError('the configuration is too large');
  return readJson(readFileSync(path, 'utf8'), rule, '');
}
