/** Two policies of the guard for hostile stanzas, and the namespaces no stanza may have. */
import type { FullJid } from '../../src/shared/jid.ts';
import { FORBIDDEN } from '../../src/xmpp/guard/forbidden.ts';
import { createGuardConfig, type GuardConfig } from '../../src/xmpp/guard/index.ts';
import { guardPolicy } from './guard-policy.ts';

const labels = {
  catalogue: [
    { id: 'open', text: 'OPEN', background: '#000000', foreground: '#ffffff', rank: 0 },
    { id: 'secret', text: 'SECRET', background: '#000000', foreground: '#ffffff', rank: 2 },
  ],
  defaultLabel: 'open',
  maximumLabel: 'open',
  required: true,
};
const fileGate = { host: 'files.chat.mil', port: 443, path: '/f/', maximumBytes: 1000, types: [] };
const policies = [
  guardPolicy('chat.mil', ['rooms.chat.mil'], {
    partners: [{ domain: 'partner.gov', maximumLabel: 'open' }],
  }),
  guardPolicy('chat.mil', ['rooms.chat.mil'], {
    fileGate,
    labels,
    subscriptions: 'partners',
    passwordChange: true,
    commands: true,
    feeds: { services: ['feeds.chat.mil'], subscribe: [], publish: true },
    whiteboard: true,
    acknowledgements: true,
  }),
] as const;
const configOf = (policy: (typeof policies)[number]): GuardConfig =>
  createGuardConfig(policy, 'alice@chat.mil/desk' as FullJid, () => true);

/** Nothing that a policy can add. */
export const PLAIN = configOf(policies[0]);
export const CONFIGS: readonly GuardConfig[] = [PLAIN, configOf(policies[1])];

/** Every namespace of the forbidden table, as one would meet it. */
export const NAMESPACES = FORBIDDEN.map(({ xmlns }) => xmlns.replace(/\*$/, ':x'));
