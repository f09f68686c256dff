/** What is done for a command: one handler for each type, in tables that features bring along. */
import type { ChatCommand, ChatReply } from '../../shared/chat-model.ts';

/** What the answer holds besides `ok`. */
export type Answer = Omit<Extract<ChatReply, { ok: true }>, 'ok'>;

type Handler<Command extends ChatCommand> = (
  command: Command,
) => Answer | undefined | Promise<Answer | undefined>;

/** A handler that throws answers with the error. */
export type Handlers<Command extends ChatCommand> = {
  readonly [Type in Command['type']]: Handler<Extract<Command, { type: Type }>>;
};

/** A handler for what is answered with nothing but that it was done. */
export function done<Command>(act: (command: Command) => unknown): (command: Command) => Promise<undefined> {
  return async (command) => {
    await act(command);
    return undefined;
  };
}

/** Has the handler of its type execute a command. */
export async function execute(handlers: Handlers<ChatCommand>, command: ChatCommand): Promise<ChatReply> {
  // Type and handler belong together by the table's own type; the compiler cannot follow that through an index.
  const handler = handlers[command.type] as Handler<ChatCommand>;
  return { ok: true, ...(await handler(command)) };
}
