/** Requests that wait for a second person. */
import { perform } from '../dispatch.ts';
import { checked } from '../http/input.ts';
import { record, SHA256, text } from '../http/shapes.ts';
import { Problem } from '../problem.ts';
import type { Administrator } from '../roles.ts';
import type { Answer, Call, Route } from '../route.ts';
import type { Services } from '../services.ts';
import type { Approval } from '../state/approvals.ts';

export const APPROVAL_PATH = { id: text(/^[A-Za-z0-9_-]{16}$/, 'an id') };
export const APPROVE_BODY = record({ digest: SHA256 });
type ApproveBody = ReturnType<typeof APPROVE_BODY.rule>;

/** The handlers; they look the action up in the table that they are part of. */
export function approvalHandlers(routes: () => readonly Route[]) {
  /** What asked for a second person may not do so any more, or not be there: then nobody decides it. */
  const routeOf = (action: string): Route | undefined =>
    routes().find((row) => row.action === action && row.twoPersons !== undefined);
  const mayDecide = (approval: Approval, who: Administrator): boolean =>
    approval.requester !== who.id &&
    routeOf(approval.action)?.twoPersons?.approvers.includes(who.role) === true;
  const maySee = (approval: Approval, who: Administrator): boolean =>
    approval.requester === who.id || who.role === 'auditor' || mayDecide(approval, who);

  return {
    list({ approvals }: Pick<Services, 'approvals'>, { who }: Pick<Call<unknown, unknown>, 'who'>): Answer {
      const seen = approvals.list().filter((approval) => maySee(approval, who));
      return {
        json: {
          approvals: seen.map((approval) => ({ ...approval, mayApprove: mayDecide(approval, who) })),
        },
      };
    },

    /** Does what was asked for, in the name of whoever asked. */
    async approve(services: Services, call: Call<ApproveBody, unknown>): Promise<Answer> {
      const { approvals } = services;
      const { who, key, path, body } = call;
      const asked = approvals.get(path.id ?? '');
      const route = routeOf(asked.action);
      if (route === undefined) throw new Problem('gone');
      if (asked.requester === who.id) throw new Problem('same-person');
      if (!mayDecide(asked, who)) throw new Problem('wrong-role');
      const requester = services.administrators().all.find(({ id }) => id === asked.requester);
      // Whoever has lost the role since cannot have it done either.
      if (requester === undefined || !route.roles.includes(requester.role)) throw new Problem('gone');
      const { id, request } = approvals.approve(asked.id, body.digest, who, key);
      try {
        const answer = await perform(services, route, {
          who: requester,
          path: request.path,
          body: checked(route.body, request.body, 'body'),
          query: checked(route.query, request.query, 'query'),
          approvedBy: who,
          signal: call.signal,
          session: call.session,
          key,
        });
        const result = 'json' in answer ? answer.json : undefined;
        return { json: { approval: approvals.finish(id, 'done', result) } };
      } catch (error) {
        const result = { code: error instanceof Problem ? error.code : 'internal' };
        // The switch was thrown even where nobody confirmed it.
        approvals.finish(id, 'failed', result);
        throw error;
      }
    },

    reject({ approvals }: Services, { who, path }: Call<unknown, unknown>): Answer {
      const asked = approvals.get(path.id ?? '');
      if (asked.requester !== who.id && !mayDecide(asked, who)) throw new Problem('wrong-role');
      return { json: { approval: approvals.reject(asked.id, who) } };
    },
  };
}
