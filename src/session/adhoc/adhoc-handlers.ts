/** Commands of services: what the window asks of the XMPP client. */
import type { AdHocChatCommand } from '../../shared/chat-adhoc-commands.ts';
import type { Extensions } from '../../xmpp/index.ts';
import { done, type Handlers } from '../commands/handlers.ts';

export function adHocHandlers({
  adHocCommands,
}: Pick<Extensions, 'adHocCommands'>): Handlers<AdHocChatCommand> {
  return {
    'list-adhoc': async ({ service }) => ({ adHocCommands: await adHocCommands.list(service) }),
    'start-adhoc': async ({ service, node }) => ({ adHocStage: await adHocCommands.start(service, node) }),
    'step-adhoc': async ({ run, step, answers }) => ({
      adHocStage: await adHocCommands.step(run, step, answers),
    }),
    'cancel-adhoc': done(({ run }) => adHocCommands.cancel(run)),
  };
}
