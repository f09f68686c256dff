/** What is said in `chat/status`. */
export const STATUS_TEXT = {
  tryingNow: 'Trying now.',
  nextTryInS: (seconds: string | number) => `Next try in ${seconds} s.`,
  encryption: 'Encryption',
  notEncryptedOthersOnThe: 'Not encrypted: others on the network can read this connection.',
  yourOrganisationsPolicyAsksFor:
    'Your organisation’s policy asks for it. Both sides are still authenticated, and nothing can be changed unnoticed.',
  connection: 'Connection',
  youAreOffline: 'You are offline.',
  connectingTo: (host: string | number) => `Connecting to ${host}.`,
  tryNow: 'Try now',
  problem: 'Problem',
  notice: 'Notice',
  dismiss: 'Dismiss',
  status: 'Status',
  protection: (host: string, version: string, verified: boolean) =>
    `${host} · ${version} · ${verified ? 'lock verified' : 'lock not verified'}`,
  notConnected: 'Not connected',
  shortcuts: 'Shortcuts',
} as const;
