/** The policy that the harness's windows show. */
import { TEMPLATES } from '../site/templates.ts';
import { DOMAIN, ROOM_SERVICE } from './people.ts';

const CONSENT = [
  'You are accessing an information system that is provided for authorised use only. By using this system, which includes any device attached to it, you consent to the following conditions:',
  'The organisation routinely intercepts and monitors communications on this system for purposes including, but not limited to, penetration testing, communications security monitoring, network operations and defence, personnel misconduct, law enforcement and counter-intelligence investigations.',
  'At any time, the organisation may inspect and seize data stored on this system.',
  'Communications using, or data stored on, this system are not private, are subject to routine monitoring, interception and search, and may be disclosed or used for any authorised purpose.',
  'This system includes security measures, for example authentication and access controls, to protect the organisation’s interests, not for your personal benefit or privacy.',
  'Notwithstanding the above, using this system does not constitute consent to investigative searching or monitoring of the content of privileged communications, or work product, related to personal representation or services by attorneys, psychotherapists or clergy, and their assistants. Such communications and work product are private and confidential. See the user agreement for details.',
].join('\n\n');

export const POLICY = {
  organisation: 'Example Joint Command',
  support: 'Service desk: 4410 from any desk phone, day and night.',
  policyId: 'ejc-analysts',
  sequence: 42,
  expires: '2027-02-01T00:00:00Z',
  banner: { text: 'CUI // EXERCISE', background: '#502b85', foreground: '#ffffff' },
  consent: { title: 'Notice and consent', text: CONSENT },
  domain: DOMAIN,
  roomServices: [ROOM_SERVICE, 'liaison.chat.example.mil'],
  people: {
    subscriptions: 'internal',
    directory: true,
    location: true,
    activity: true,
    partnerDomains: ['chat.partner.example'],
  },
  rooms: { create: true, invite: true, whiteboard: true },
  commands: true,
  signIn: { method: 'card', passwordChange: false },
  cardRemoval: 'lock',
  desktop: { copy: true, paste: true, dragAndDrop: true },
  linkHosts: [],
  templates: TEMPLATES,
  files: { maximumBytes: 104_857_600, types: [] },
} as const;
