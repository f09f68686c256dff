/** What the administrators' command and the gate say to each other: HTTP on a Unix socket, one POST a command, JSON. */
import { type ObjectOf, object, oneOf, optional, text } from './fields.ts';

export const MAX_COMMAND_BYTES = 16 * 1024;

/** Who does it and why: printable, one line. */
const line = text(/^[^\p{C}\p{Zl}\p{Zp}]{1,1000}$/u, 'one line of text');

const COMMAND = {
  command: oneOf('list', 'show', 'release', 'delete', 'export', 'status'),
  id: optional<string | undefined>(text(/^[0-9a-f]{64}$/, 'an id (64 hex digits)'), undefined),
  state: optional<'scanning' | 'released' | 'quarantined' | 'expired' | 'deleted' | undefined>(
    oneOf('scanning', 'released', 'quarantined', 'expired', 'deleted'),
    undefined,
  ),
  actor: optional<string | undefined>(line, undefined),
  reason: optional<string | undefined>(line, undefined),
};

export type AdminCommand = ObjectOf<typeof COMMAND>;
export const ADMIN_COMMAND = object(COMMAND);

/** The answer to `status`. */
export interface GateStatus {
  readonly scanner: 'up' | 'down';
  /** Files that nobody has judged yet. */
  readonly waiting: number;
  /** Uploads that run. */
  readonly uploads: number;
}
