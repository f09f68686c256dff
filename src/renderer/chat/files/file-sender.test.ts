import { describe, expect, it } from 'vitest';
import type { ChatCommand, ChatReply } from '../../../shared/chat-model.ts';
import type { ErrorReport } from '../../../shared/errors.ts';
import { FILE_PART_BYTES, FILE_PARTS_IN_FLIGHT } from '../../../shared/file-contract.ts';
import type { BareJid } from '../../../shared/jid.ts';
import { FileSender, type ReadableFile } from './file-sender.ts';

const key = { jid: 'bob@chat.example.mil' as BareJid, kind: 'contact' } as const;

function fileOf(content: Uint8Array, changes: Partial<ReadableFile> = {}): ReadableFile {
  return {
    name: 'a.bin',
    type: '',
    size: content.length,
    slice: (start, end) => ({ arrayBuffer: async () => content.slice(start, end).buffer }),
    ...changes,
  };
}

/** A session that takes parts when the test says so. */
function session() {
  const commands: ChatCommand[] = [];
  const waiting: ((reply: ChatReply) => void)[] = [];
  const refused: ErrorReport[] = [];
  let offers = 0;
  const run = (command: ChatCommand): Promise<ChatReply> => {
    commands.push(command);
    if (command.type === 'offer-file') {
      offers += 1;
      return Promise.resolve({ ok: true, transfer: `t${offers}` });
    }
    if (command.type !== 'put-file-part') return Promise.resolve({ ok: true });
    return new Promise((resolve) => waiting.push(resolve));
  };
  const parts = () => commands.filter((command) => command.type === 'put-file-part');
  return { commands, waiting, refused, parts, sender: new FileSender(run, (error) => refused.push(error)) };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('FileSender', () => {
  it('hands over every byte in order, and never more parts at once than agreed', async () => {
    const content = new Uint8Array(FILE_PART_BYTES * 9 + 17).map((_, index) => index % 251);
    const { sender, waiting, parts } = session();
    const sending = sender.send(key, fileOf(content), 'choose');
    await turn();
    expect(parts()).toHaveLength(FILE_PARTS_IN_FLIGHT);
    while (parts().length < 10 || waiting.length > 0) {
      waiting.shift()?.({ ok: true });
      await turn();
    }
    await sending;
    const bytes = parts().flatMap((command) => (command.type === 'put-file-part' ? [...command.data] : []));
    expect(Uint8Array.from(bytes)).toEqual(content);
  });

  it('stops when the session wants no more', async () => {
    const { sender, waiting, parts } = session();
    const sending = sender.send(key, fileOf(new Uint8Array(FILE_PART_BYTES * 50)), 'choose');
    await turn();
    for (const resolve of waiting.splice(0)) resolve({ ok: false, error: { code: 'IPC_REFUSED' } });
    await turn();
    for (const resolve of waiting.splice(0)) resolve({ ok: false, error: { code: 'IPC_REFUSED' } });
    await sending;
    expect(parts().length).toBeLessThan(10);
  });

  it('says that a file could not be read, or became shorter', async () => {
    for (const slice of [
      () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }),
      () => ({ arrayBuffer: async () => new ArrayBuffer(1) }),
    ]) {
      const { sender, commands } = session();
      await sender.send(key, fileOf(new Uint8Array(10), { slice }), 'drop');
      expect(commands.map(({ type }) => type)).toEqual(['offer-file', 'fail-file']);
    }
  });

  it('tells a refusal, and reads nothing then', async () => {
    const refused: ErrorReport[] = [];
    const sender = new FileSender(
      async () => ({ ok: false, error: { code: 'FILES_OFF' } }),
      (error) => refused.push(error),
    );
    let read = 0;
    const slice = () => {
      read += 1;
      return { arrayBuffer: async () => new ArrayBuffer(0) };
    };
    await sender.send(key, fileOf(new Uint8Array(10), { slice }), 'paste');
    expect(refused).toEqual([{ code: 'FILES_OFF' }]);
    expect(read).toBe(0);
  });

  it('sends a file again in place of the transfer that failed', async () => {
    const { sender, commands } = session();
    void sender.send(key, fileOf(new Uint8Array(10)), 'choose');
    await turn();
    expect(sender.has('t1')).toBe(true);
    void sender.sendAgain('t1');
    await turn();
    expect(commands.map(({ type }) => type)).toEqual([
      'offer-file',
      'put-file-part',
      'cancel-transfer',
      'offer-file',
      'put-file-part',
    ]);
    expect([sender.has('t1'), sender.has('t2')]).toEqual([false, true]);
  });
});
