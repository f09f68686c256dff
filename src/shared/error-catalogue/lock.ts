import type { Catalogue } from './error-text.ts';

/** The client/server lock. */
export const LOCK_ERRORS = {
  LOCK_KEY_MISSING: {
    title: 'This computer is not enrolled with your organisation.',
    action: 'Ask IT to enrol it (sallyport-policy lock enroll).',
  },
  LOCK_NOT_OFFERED: {
    title: 'The server did not offer the lock.',
    action: 'This is not an approved server. Nothing was sent to it. Report it to IT.',
  },
  LOCK_BINDING_UNAVAILABLE: {
    title: 'The server’s lock offers no channel binding that the policy allows.',
    action: 'Ask IT: the server or the policy must change.',
  },
  LOCK_REFUSED: {
    title: 'The server did not accept this computer.',
    action: 'Its enrolment may have been revoked or be out of date. Ask IT.',
  },
  LOCK_SERVER_PROOF_WRONG: {
    title: 'The server could not prove that it belongs to your organisation.',
    action: 'Nothing was sent to it. It is blocked until IT has looked. Report this at once.',
  },
  LOCK_PROTOCOL: { title: 'The server broke the rules of the lock.', action: 'Report it to IT.' },
  LOCK_TIMEOUT: { title: 'The server did not answer the lock in time.', action: 'Sallyport keeps trying.' },
} as const satisfies Catalogue;
