import type { Catalogue } from './error-text.ts';

/** The audit log and its collector. */
export const AUDIT_ERRORS = {
  AUDIT_UNAVAILABLE: { title: 'The audit log cannot be written.', action: 'Free some disk space or ask IT.' },
  AUDIT_SPOOL_FULL: {
    title: 'The audit log waits for the collector and has no more room.',
    action: 'Ask IT: the collector must be reached, or the audit files must be fetched from this computer.',
  },
} as const satisfies Catalogue;
