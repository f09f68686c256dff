/** What a site's ejabberd is set to where the site says nothing: the strict way. */

/** @type {Readonly<Record<string, string | number | boolean | readonly string[]>>} */
export const EJABBERD_DEFAULTS = {
  interface: '::',
  port: 5223,
  'log-level': 'info',
  lock: true,
  'lock-bindings': ['tls-exporter'],
  'lock-timeout': 10,
  'reload-interval': 1,
  'card-policies': [],
  'tls-older': 'no_tlsv1_2',
  'limit-rate': 100_000,
  'limit-burst': 500_000,
  admins: [],
  'directory-port': 636,
  'directory-uid': 'uid',
  'directory-interval': 60,
  'file-gate-size': 104_857_600,
};

/** Values that may be any line of text: distinguished names, filters (RFC 4514, 4515), passwords. */
export const EJABBERD_TEXTS = [
  'directory-base',
  'directory-people',
  'directory-bind-dn',
  'directory-bind-password',
  'directory-filter',
  'file-gate-secret',
];
