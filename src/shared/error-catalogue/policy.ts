import type { Catalogue } from './error-text.ts';

/** Policy verification (policy-bundle: the numbered steps) and its sources. */
export const POLICY_ERRORS = {
  CLOCK_ROLLED_BACK: {
    title: 'This computer’s clock is behind the last time Sallyport ran.',
    action: 'Correct the date and time, then start Sallyport again. If the clock is right, ask IT.',
  },
  ABSENT: {
    title: 'No policy is installed on this computer.',
    action: 'Ask IT to install your organisation’s policy bundle at {path}.',
  },
  PATH_UNTRUSTED: {
    title: 'The policy file could have been changed by someone who is not an administrator.',
    action: 'Ask IT to restore the owner and permissions of {path}.',
  },
  TOO_LARGE: {
    title: 'The policy file is larger than 1 MiB.',
    action: 'Ask IT to install the correct policy bundle.',
  },
  MALFORMED: { title: 'The policy file is damaged.', action: 'Ask IT to install the policy bundle again.' },
  FORMAT_UNKNOWN: {
    title: 'The policy file has a format that this version does not know.',
    action: 'Ask IT whether Sallyport needs an update.',
  },
  STATE_CORRUPT: {
    title: 'Sallyport’s own record of past policies is damaged.',
    action: 'Ask IT to repair this installation. Sallyport stays locked until then.',
  },
  ROOT_SIGNATURE: {
    title: 'A trust root in the policy file is not signed by enough of your organisation’s root keys.',
    action: 'Do not use this file. Report it to IT: it may have been tampered with.',
  },
  ROOT_GAP: {
    title: 'The policy file skips a version of the trust root.',
    action: 'Ask IT for a complete policy bundle.',
  },
  ROOT_ROLLBACK: {
    title: 'The policy file brings an older trust root than this computer already trusts.',
    action: 'Do not use this file. Report it to IT: it may be a replay of an old bundle.',
  },
  ROOT_EXPIRED: {
    title: 'Your organisation’s trust root has expired.',
    action: 'Ask IT for a bundle with a renewed root.',
  },
  TYPE_CONFUSION: {
    title: 'A signed part of the policy file is not what it is used as.',
    action: 'Do not use this file. Report it to IT: it may have been tampered with.',
  },
  BELOW_THRESHOLD: {
    title: 'The policy is not signed by enough of the keys your organisation trusts.',
    action: 'Do not use this file. Report it to IT: it may have been tampered with.',
  },
  UNKNOWN_SIGNER: {
    title: 'The policy is signed only by keys your organisation does not trust.',
    action: 'Do not use this file. Report it to IT: it may have been tampered with.',
  },
  NOT_CANONICAL: {
    title: 'The signed policy is not in canonical form.',
    action: 'Ask IT to sign the policy again with sallyport-policy.',
  },
  WRONG_AUDIENCE: {
    title: 'This policy is meant for other computers.',
    action: 'Ask IT for the policy of this computer.',
  },
  ROLLBACK: {
    title: 'This policy is older than one this computer has already accepted.',
    action: 'Report it to IT: it may be a replay of an old bundle.',
  },
  EQUIVOCATION: {
    title: 'There are two different policies with the same sequence number.',
    action: 'Report it to IT at once: one of them is not genuine or was signed by mistake.',
  },
  NOT_YET_VALID: {
    title: 'This policy is not valid yet (from {notBefore}).',
    action: 'Check the clock, or wait until then.',
  },
  EXPIRED: { title: 'The policy expired on {expires}.', action: 'Ask IT for the current policy bundle.' },
  FROZEN: {
    title: 'There is no recent proof that this policy is still the current one.',
    action: 'Ask IT for a freshened bundle; this computer may be cut off from updates.',
  },
  MIX_AND_MATCH: {
    title: 'The proof of freshness belongs to another policy.',
    action: 'Report it to IT: parts of different bundles were put together.',
  },
  OVERLAY_UNAUTHORISED: {
    title: 'A policy overlay comes from somebody who may not make it, or reaches further than allowed.',
    action: 'Do not use this file. Report it to IT: it may have been tampered with.',
  },
  OVERLAY_LOOSENS: {
    title: 'A policy overlay tries to loosen the policy ({setting}).',
    action: 'Ask IT to correct the overlay and sign it again.',
  },
  OVERLAY_UNLISTED: {
    title: 'The overlays in the policy file are not exactly those that the policy names.',
    action: 'Ask IT for a complete policy bundle.',
  },
  APP_VERSION: {
    title: 'The policy does not allow this version of Sallyport ({version}).',
    action: 'Ask IT to install a version from {min} to {max}.',
  },
  SCHEMA: {
    title: 'The policy contains a setting that is not valid: {pointer}.',
    action: 'Ask IT to correct and sign it again.',
  },
  UNENFORCEABLE: {
    title: 'This version of Sallyport cannot enforce a setting of the policy: {setting}.',
    action: 'Ask IT whether Sallyport needs an update.',
  },
  STATE_WRITE_FAILED: {
    title: 'Sallyport could not record the policy it accepted.',
    action: 'Free some disk space or ask IT to check permissions, then start again.',
  },
  POLICY_CHANGED: {
    title: 'Your organisation changed the policy while you were signed in.',
    action:
      'Sign in again to work under the new policy. Conversations kept in this computer’s memory are closed.',
  },
  POLICY_RESTART: {
    title: 'Your organisation changed a part of the policy that Sallyport reads only when it starts.',
    action: 'Quit and start Sallyport again.',
  },
  POLICY_DROP_REFUSED: {
    title: 'The policy server {host} does not give out the policy (HTTP {status}).',
    action: 'Tell IT. Sallyport goes on under the policy it has, and asks again.',
  },
  POLICY_EXPORT_FAILED: {
    title: 'The policy page could not be written to the file {file}.',
    action: 'Choose another folder, or free some disk space.',
  },
  SESSION_LIMIT: {
    title: 'You have been signed in for as long as the policy allows.',
    action: 'Sign in again to go on.',
  },
} as const satisfies Catalogue;
