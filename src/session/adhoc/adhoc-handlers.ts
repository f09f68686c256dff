/** Commands of services: what the window asks of the XMPP client. Every step of a command is on record. */
import type { AdHocStage } from '../../shared/adhoc-contract.ts';
import type { AdHocChatCommand } from '../../shared/chat-adhoc-commands.ts';
import type { Extensions } from '../../xmpp/index.ts';
import { type Audit, audited } from '../audited.ts';
import { done, type Handlers } from '../commands/handlers.ts';

const EVENT = 'adhoc-command';
const statusOf = ({ status }: AdHocStage) => ({ status });

export function adHocHandlers(
  { adHocCommands }: Pick<Extensions, 'adHocCommands'>,
  audit: Audit,
): Handlers<AdHocChatCommand> {
  return {
    'list-adhoc': async ({ service }) => ({ adHocCommands: await adHocCommands.list(service) }),
    'start-adhoc': async ({ service, node }) => {
      const start = () => adHocCommands.start(service, node);
      return {
        adHocStage: await audited(audit, EVENT, { service, node, step: 'execute' }, start, statusOf),
      };
    },
    'step-adhoc': async ({ run, step, answers }) => {
      const next = () => adHocCommands.step(run, step, answers);
      return {
        adHocStage: await audited(audit, EVENT, { ...adHocCommands.commandOf(run), step }, next, statusOf),
      };
    },
    'cancel-adhoc': done(({ run }) => {
      const command = adHocCommands.commandOf(run);
      if (command === undefined) return;
      return audited(audit, EVENT, { ...command, step: 'cancel' }, () => adHocCommands.cancel(run));
    }),
  };
}
