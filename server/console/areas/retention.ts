/** How long records are kept, and what is on legal hold. The kit's settings say it, and the kit does it. */
import { ToolError } from '../../kit/lib/errors.mjs';
import { readDocument, replaceFile } from '../../kit/lib/files.mjs';
import { applyRetention } from '../../kit/lib/retention.mjs';
import { readSettings } from '../../kit/lib/settings.mjs';
import { flag, oneOf, REASON, record } from '../http/shapes.ts';
import type { Answer, Call } from '../route.ts';
import type { Services } from '../services.ts';
import { ROOM } from './records.ts';
import { kitProblem } from './switch.ts';

export const HOLD_PATH = { kind: oneOf('user', 'room'), name: ROOM };
export const HOLD_BODY = record({ hold: flag(), reason: REASON });
export const RETENTION_BODY = record({ reason: REASON });
type Hold = ReturnType<typeof HOLD_BODY.rule>;

const FORMAT = 'sallyport.server/1';
const MEMBER = { user: 'holdUsers', room: 'holdRooms' } as const;

function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw kitProblem(error);
  }
}

function infoOf({ config }: Services) {
  const { messageDays, auditDays, holdUsers, holdRooms } = readSettings(config.server).retention;
  return { messageDays, auditDays, users: holdUsers, rooms: holdRooms };
}

export async function showRetention(services: Services): Promise<Answer> {
  const info = guarded(() => infoOf(services));
  const due = await applyRetention(readSettings(services.config.server), { dryRun: true }).catch(
    (error: unknown) => {
      throw kitProblem(error);
    },
  );
  return { json: { ...info, due: { records: due.records, held: due.held } } };
}

/** Puts a user or a room on hold, or takes the hold away. */
export function setHold(services: Services, { path, body }: Call<Hold, unknown>): Answer {
  const name = (path.name ?? '').toLowerCase();
  const member = path.kind === 'room' ? MEMBER.room : MEMBER.user;
  guarded(() => {
    const file = services.config.server;
    const { retention } = readSettings(file);
    const names = retention[member].filter((known) => known.toLowerCase() !== name);
    const document = readDocument(file, FORMAT);
    const after = {
      ...document,
      retention: { ...retention, [member]: body.hold ? [...names, name].sort() : names },
    };
    replaceFile(file, `${JSON.stringify(after, undefined, 2)}\n`);
    // What cannot be read back would stop retention, and with it everything.
    readSettings(file);
  });
  return { json: guarded(() => infoOf(services)) };
}

/** Deletes what is due now. */
export async function runRetention(
  services: Services,
  { who, approvedBy }: Call<unknown, unknown>,
): Promise<Answer> {
  const actor = approvedBy === undefined ? who.id : `${who.id} with ${approvedBy.id}`;
  try {
    return { json: await applyRetention({ ...readSettings(services.config.server), actor }) };
  } catch (error) {
    throw error instanceof ToolError ? kitProblem(error) : error;
  }
}
