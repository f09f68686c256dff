import type { FileCommand } from '../../shared/chat-file-commands.ts';
import { AppError } from '../../shared/errors.ts';
import type { SharedFile } from '../../shared/file-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import { done, type Handlers } from '../commands/handlers.ts';
import type { FileDesk } from './file-desk.ts';

export interface FileHandlerOptions {
  readonly files: FileDesk;
  /** Throws where what is sent there needs another label, or one at all. */
  readonly requireLabel: (conversation: BareJid, label: string | undefined) => void;
  /** The file that a message tells of. */
  readonly fileOf: (conversation: BareJid, message: string) => SharedFile | undefined;
}

export function fileHandlers({ files, requireLabel, fileOf }: FileHandlerOptions): Handlers<FileCommand> {
  return {
    'offer-file': (command) => {
      requireLabel(command.conversation, command.label);
      return { transfer: files.offer(command) };
    },
    'put-file-part': done(({ transfer, data }) => files.put(transfer, data)),
    'fail-file': done(({ transfer }) => files.fail(transfer)),
    'cancel-transfer': done(({ transfer }) => files.cancel(transfer)),
    'save-file': ({ conversation, message }) => {
      const file = fileOf(conversation, message);
      if (file === undefined) throw new AppError('IPC_REFUSED');
      return { transfer: files.save(conversation, message, file) };
    },
  };
}
