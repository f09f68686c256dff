/** A process that writes into a local history and says of each message when it is kept; it is made to be killed. */
import type { BareJid } from '../../src/shared/jid.ts';
import { MessageStore } from '../../src/store/message-store.ts';

const [file = '', key = '', round = ''] = process.argv.slice(2);
const { store } = MessageStore.open({ file, key: new Uint8Array(Buffer.from(key, 'hex')), days: 3650 });
for (let n = 0; ; n += 1) {
  const id = `r${round}-${n}`;
  const message = {
    id,
    direction: 'in',
    sender: 'bob@chat.mil',
    body: `crash ${'x'.repeat(200)}`,
    at: Date.now(),
    delayed: false,
  } as const;
  store.put([
    {
      conversation: 'bob@chat.mil' as BareJid,
      kind: 'contact',
      messages: [{ message, keys: [] }],
      place: { at: 'end' },
    },
  ]);
  process.stdout.write(`${id}\n`);
}
