/** Who may work here: three roles, none of which does another's work. */

export const ROLES = ['operator', 'officer', 'auditor'] as const;

/**
 * `operator` runs the service: switch, people, machines, policy. `officer`, the security officer, decides about files and
 * reads messages. `auditor` reads what the others did, and changes nothing.
 */
export type Role = (typeof ROLES)[number];

export const EVERYBODY: readonly Role[] = ROLES;

/** Somebody of the table of administrators. */
export interface Administrator {
  /** Unique; what logs, requests and approvals name. */
  readonly id: string;
  /** For people to read. */
  readonly name: string;
  readonly role: Role;
}
