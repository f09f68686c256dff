/** What the user has done through a service, on record in the audit log, and how it ended. */
import { toErrorReport } from '../shared/errors.ts';
import type { AuditRecord } from '../shared/session-contract.ts';

export type Audit = (record: AuditRecord) => void;

type Detail = AuditRecord['detail'];

/**
 * Does it, and puts it on record: where it fails with the error's code. `detail` names services, nodes and items, never what was
 * said or filled in. Throws what `act` throws.
 * @param said what of the result goes on record as well
 */
export async function audited<Result>(
  audit: Audit,
  event: string,
  detail: Detail,
  act: () => Result | Promise<Result>,
  said: (result: Result) => Detail = () => ({}),
): Promise<Result> {
  try {
    const result = await act();
    audit({ event, outcome: 'success', detail: { ...detail, ...said(result) } });
    return result;
  } catch (error) {
    audit({ event, outcome: 'failure', detail: { ...detail, code: toErrorReport(error).code } });
    throw error;
  }
}
