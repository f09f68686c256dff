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
