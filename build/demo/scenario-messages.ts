/** What two analysts do with messages in a room after they were sent: answer, react, correct, take back. */
import { check } from './check.ts';
import type { Client } from './driver/client.ts';

const SAID = 'Convoy of six at the north gate.';
const CORRECTED = 'Convoy of seven at the north gate.';
const REPLY = 'Copied, and logged.';
const WRONG = 'This belongs into another room.';

export async function messageActions(room: string, alice: Client, bob: Client): Promise<string> {
  await bob.chat.send(room, SAID);
  await alice.chat.row(SAID).waitFor();
  await alice.chat.press(SAID, 'r');
  await alice.chat.send(room, REPLY);
  await bob.chat.row(REPLY).getByRole('button', { name: SAID }).waitFor();

  await alice.chat.press(SAID, 'e');
  await alice.chat.page.getByRole('menuitem', { name: 'Done' }).click();
  await bob.chat
    .row(SAID)
    .getByRole('button', { name: /\(done\): / })
    .waitFor();

  await bob.chat.composer(room).press('ArrowUp');
  await bob.chat.send(room, CORRECTED);
  await alice.chat.row(CORRECTED).getByRole('button', { name: 'edited' }).click();
  const texts = alice.chat.row(CORRECTED).getByRole('listitem').locator('.message-body');
  check((await texts.allInnerTexts()).join('|') === `${SAID}|${CORRECTED}`, 'not every text can be read');

  await bob.chat.send(room, WRONG);
  await alice.chat.message(WRONG).waitFor();
  await bob.chat.press(WRONG, 'Delete');
  await bob.chat.page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click();
  await alice.chat.messages.getByText(/Taken back by its sender/).waitFor();
  await alice.chat.messages.getByRole('button', { name: 'Show what was there' }).click();
  await alice.chat.message(WRONG).waitFor();
  return 'answered, reacted to, corrected and taken back by key; both see it, and every text that was there';
}
