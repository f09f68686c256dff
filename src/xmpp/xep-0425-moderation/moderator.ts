import { AppError } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import { buildModeration } from './moderation.ts';

/** Has rooms take messages back (XEP-0425 4); whether this user may, the room says. */
export class Moderator implements Extension {
  readonly features = [];
  readonly #host: ExtensionHost;

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  /**
   * Rejects with MESSAGE_REFUSED and the room's condition, STREAM_TIMEOUT or NOT_CONNECTED. What the room did it tells
   * everybody in it. @param id the room's archive's id of the message
   */
  async moderate(room: BareJid, id: string, reason: string): Promise<void> {
    if (!this.#host.inRoom(room)) throw new AppError('NOT_CONNECTED');
    await this.#host.requests.send('set', buildModeration(id, reason), room);
  }
}
