import Database from 'libsql';
import { expect, it } from 'vitest';
import type { Administrator } from '../roles.ts';
import { ROUTES } from '../routes.ts';
import { Approvals } from '../state/approvals.ts';
import { migrate } from '../state/database.ts';
import { approvalHandlers } from './approvals.ts';

const OAKES: Administrator = { id: 'oakes', name: 'Oakes', role: 'operator' };
const SATO: Administrator = { id: 'sato', name: 'Sato', role: 'officer' };
const ABEL: Administrator = { id: 'abel', name: 'Abel', role: 'auditor' };

it('a request whose action takes no second person any more, or is gone, is listed and nobody’s to approve', () => {
  const state = new Database(':memory:');
  migrate(state);
  const approvals = new Approvals(state, 60_000);
  const ask = (action: string) =>
    approvals.request(action, { path: {}, body: {}, query: {} }, OAKES, 'key').id;
  const [kept, lost, gone] = [ask('switch.set'), ask('people.set'), ask('long.ago')];
  const { list } = approvalHandlers(() => ROUTES);
  const seen = (who: Administrator) => {
    const answer = list({ approvals }, { who });
    const { approvals: all } = ('json' in answer ? answer.json : undefined) as {
      approvals: readonly { id: string; mayApprove: boolean }[];
    };
    return Object.fromEntries(all.map(({ id, mayApprove }) => [id, mayApprove]));
  };
  expect(seen(OAKES)).toEqual({ [kept]: false, [lost]: false, [gone]: false });
  expect(seen(ABEL)).toEqual({ [kept]: false, [lost]: false, [gone]: false });
  expect(seen(SATO)).toEqual({ [kept]: true });
});
