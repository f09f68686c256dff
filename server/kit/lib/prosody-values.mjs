/** What a site's Prosody is set to where the site says nothing: the strict way. */

/** @type {Readonly<Record<string, string | number | boolean | readonly string[]>>} */
export const PROSODY_DEFAULTS = {
  interface: '*',
  port: 5223,
  'log-level': 'info',
  'lock-bindings': ['tls-exporter'],
  'reload-interval': 1,
  'require-lock': true,
  authentication: 'sallyport_card',
  'tls-protocol': 'tlsv1_3',
  'limit-rate': '100kb/s',
  admins: [],
  offline: true,
  'archive-expires-after': '30d',
  'room-history-expires-after': 'never',
  'upload-size-limit': 104_857_600,
  'upload-daily-quota': 1_073_741_824,
  'federation-port': 5270,
};

/** Parts of the template that are code rather than values. */
export const PROSODY_CODE = {
  'lock-module': '"sallyport_lock",',
  'client-verify': '{ "peer", "client_once", "fail_if_no_peer_cert" }',
};
