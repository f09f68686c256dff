import { describe, expect, it } from 'vitest';
import { scriptedExtensions } from '../../../test/support/scripted-extensions.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { AuditRecord } from '../../shared/session-contract.ts';
import { adHocHandlers } from './adhoc-handlers.ts';

const SERVER = 'chat.mil' as BareJid;
const NODE = 'http://jabber.org/protocol/commands';
const command = (status: string, inner = '') =>
  `<command xmlns='${NODE}' node='sessions' sessionid='s1' status='${status}'>${inner}</command>`;
const FORM = "<x xmlns='jabber:x:data' type='form'><field var='which' type='text-single' label='Which'/></x>";

describe('commands on record', () => {
  it('are every step of each, with how it ended, and nothing of what was filled in', async () => {
    const { extensions, answer, refuse } = scriptedExtensions({ commands: true });
    const records: AuditRecord[] = [];
    const handlers = adHocHandlers(extensions, (record) => records.push(record));
    const start = () => handlers['start-adhoc']({ type: 'start-adhoc', service: SERVER, node: 'sessions' });
    const begun = start();
    answer(command('executing', `<actions><next/></actions>${FORM}`));
    const run = (await begun)?.adHocStage?.run ?? expect.unreachable();
    const answers = [{ name: 'which', values: ['the secret one'] }];
    const stepped = handlers['step-adhoc']({ type: 'step-adhoc', run, step: 'next', answers });
    answer(command('completed', '<note>Done</note>'));
    await stepped;
    const again = start();
    answer(command('executing', FORM));
    const other = (await again)?.adHocStage?.run ?? expect.unreachable();
    await handlers['cancel-adhoc']({ type: 'cancel-adhoc', run: other });
    await handlers['cancel-adhoc']({ type: 'cancel-adhoc', run: other });
    const refused = start();
    refuse('forbidden');
    await expect(refused).rejects.toMatchObject({ code: 'ADHOC_FORBIDDEN' });

    const detail = { service: SERVER, node: 'sessions' };
    expect(records).toEqual([
      {
        event: 'adhoc-command',
        outcome: 'success',
        detail: { ...detail, step: 'execute', status: 'executing' },
      },
      {
        event: 'adhoc-command',
        outcome: 'success',
        detail: { ...detail, step: 'next', status: 'completed' },
      },
      {
        event: 'adhoc-command',
        outcome: 'success',
        detail: { ...detail, step: 'execute', status: 'executing' },
      },
      { event: 'adhoc-command', outcome: 'success', detail: { ...detail, step: 'cancel' } },
      {
        event: 'adhoc-command',
        outcome: 'failure',
        detail: { ...detail, step: 'execute', code: 'ADHOC_FORBIDDEN' },
      },
    ]);
    expect(JSON.stringify(records)).not.toContain('secret');
  });
});
