import type { Catalogue } from './error-text.ts';

/** TCP and TLS. */
export const TLS_ERRORS = {
  DNS_FAILED: {
    title: 'The server’s name {host} could not be found.',
    action: 'Check the network connection.',
  },
  SERVER_UNREACHABLE: {
    title: 'The server {host} does not answer.',
    action: 'Check the network connection. Sallyport keeps trying.',
  },
  CONNECT_TIMEOUT: { title: 'The server {host} did not answer in time.', action: 'Sallyport keeps trying.' },
  TLS_LIBRARY: {
    title: 'The system’s OpenSSL 3 library could not be used.',
    action: 'Ask IT to install or repair OpenSSL 3 on this computer.',
  },
  TLS_FIPS_UNAVAILABLE: {
    title: 'The policy requires FIPS-validated cryptography, and this computer has none.',
    action: 'Ask IT to enable the FIPS provider.',
  },
  TLS_HANDSHAKE_TIMEOUT: {
    title: 'The secure connection was not set up in time.',
    action: 'Sallyport keeps trying.',
  },
  TLS_HANDSHAKE: {
    title: 'The secure connection failed: {reason}.',
    action: 'Ask IT and give them this code.',
  },
  TLS_PROTOCOL_VERSION: {
    title: 'The server offers no TLS version that the policy allows.',
    action: 'Ask IT: the server or the policy must change.',
  },
  TLS_CLIENT_CERTIFICATE_REFUSED: {
    title: 'The server did not accept the card’s certificate ({alert}).',
    action: 'The certificate may be expired, revoked or from the wrong issuer. Ask IT.',
  },
  TLS_NO_CLIENT_CERTIFICATE_REQUESTED: {
    title: 'The server did not ask for a card certificate.',
    action: 'This is not a properly configured server. Report it to IT.',
  },
  TLS_UNTRUSTED_CHAIN: {
    title: 'The server’s certificate does not come from an authority that the policy trusts.',
    action: 'Report it to IT: someone may be between you and the server.',
  },
  TLS_CERTIFICATE_EXPIRED: {
    title: 'The server’s certificate expired on {notAfter}.',
    action: 'Tell IT. Sallyport does not connect until it is renewed.',
  },
  TLS_CERTIFICATE_NOT_YET_VALID: {
    title: 'The server’s certificate is not valid before {notBefore}.',
    action: 'Check this computer’s date and time.',
  },
  TLS_CERTIFICATE_REVOKED: {
    title: 'The server’s certificate was revoked.',
    action: 'Report it to IT: someone may be using a stolen key. Sallyport does not connect to this server.',
  },
  TLS_REVOCATION_UNKNOWN: {
    title: 'It cannot be told whether the server’s certificate was revoked ({reason}).',
    action: 'Ask IT: the revocation lists in the policy are missing, expired or damaged.',
  },
  TLS_NAME_MISMATCH: {
    title: 'The server’s certificate is for another name than {expected}.',
    action: 'Report it to IT: someone may be between you and the server.',
  },
  TLS_EXTENDED_KEY_USAGE: {
    title: 'The server’s certificate is not meant for servers.',
    action: 'Report it to IT.',
  },
  TLS_PIN_MISMATCH: {
    title: 'The server’s key is not one of the keys that the policy pins.',
    action: 'Report it to IT: someone may be between you and the server.',
  },
  TLS_CLOSED: {
    title: 'The connection to the server was closed.',
    action: 'Sallyport connects again by itself.',
  },
} as const satisfies Catalogue;
