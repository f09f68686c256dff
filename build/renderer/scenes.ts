/** What the harness photographs and the tests look at: a fixture, and what the user did then. */
import { adHocScenes } from './adhoc.ts';
import { peopleScenes } from './contacts.ts';
import { feedScenes } from './feeds.ts';
import { passwordScenes } from './passwords.ts';
import { roomScenes } from './rooms.ts';
import { chat, open, openFloor, openRamirez, pin, type Scene, typePin, ZOOMED } from './scene.ts';
import { actionScenes, labelScenes, paletteScenes, policyScenes, searchScenes } from './scenes-desk.ts';
import { templateScenes } from './templates.ts';
import { watchScenes } from './watch.ts';
import { boardScenes } from './whiteboard.ts';

export type { Scene };

export const SCENES: readonly Scene[] = [
  ...passwordScenes(),
  ...[
    'locked-tampered',
    'locked-absent',
    'consent',
    'consent-test-build',
    'card-reading',
    'card-no-reader',
    'card-no-card',
    'card-unreadable',
    'card-module-hash',
    'certificate',
    'pin',
    'connecting',
    'connecting-again',
    'connecting-waiting',
    'stopped',
    'stopped-error',
    'stopped-conflict',
    'cover-idle',
    'cover-pin',
    'loading',
    'desk-empty',
  ].map(chat),
  { name: 'desk-strict', window: 'chat', fixture: 'desk-strict', act: openRamirez },
  {
    name: 'cover-card',
    window: 'chat',
    fixture: 'desk',
    act: async (page) => {
      await openRamirez(page);
      await page.evaluate('harness.setFixture("cover-card")');
      await page.getByText('Your card was removed').waitFor();
    },
  },
  { ...chat('desk'), name: 'desk-nothing-open' },
  { ...chat('desk'), name: 'desk-contact', act: openRamirez },
  { ...chat('desk'), name: 'desk-room', act: openFloor },
  ...actionScenes(),
  {
    ...chat('desk'),
    name: 'desk-unread',
    act: async (page) => {
      await open(page, 'sector-north');
      await page.getByText('since you were here').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'desk-hover',
    act: async (page) => {
      await openRamirez(page);
      await page.getByText('Copy. Six vehicles').hover();
    },
  },
  {
    ...chat('desk'),
    name: 'desk-scrolled-up',
    act: async (page) => {
      await openFloor(page);
      await page.getByRole('log').focus();
      await page.keyboard.press('Home');
      await page.getByText('Jump to latest').waitFor();
      await page.evaluate(
        `harness.push([{ type: 'messages', conversation: 'watch-floor@rooms.chat.example.mil', append: [1, 2].map((n) => (
          { id: 'new' + n, direction: 'in', sender: 'Okafor', body: 'New one', at: ${Date.UTC(2026, 10, 22, 3, 14)}, delayed: false })) }])`,
      );
      await page.getByText('2 new messages').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'desk-subject',
    act: async (page) => {
      await openFloor(page);
      await page.getByRole('button', { name: 'Change the subject' }).click();
    },
  },
  {
    ...chat('desk'),
    name: 'desk-draft',
    act: async (page) => {
      await openRamirez(page);
      await page
        .getByRole('textbox', { name: 'Message to' })
        .fill(`${'Several lines of a draft.\n'.repeat(6)}`);
    },
  },
  {
    ...chat('desk'),
    name: 'desk-over-limit',
    act: async (page) => {
      await openRamirez(page);
      await page.getByRole('textbox', { name: 'Message to' }).fill('x'.repeat(16_500));
    },
  },
  {
    ...chat('desk'),
    name: 'desk-room-left',
    act: async (page) => {
      await page.getByRole('navigation').getByRole('button', { name: 'exercise-24' }).click();
      await page.getByText('You are not in this room').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'desk-room-failed',
    act: async (page) => {
      await page.getByRole('navigation').getByRole('button', { name: 'liaison' }).click();
      await page.getByText('You could not enter the room').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'desk-filter-nothing',
    act: (page) => page.getByLabel('Filter rooms and contacts').fill('nobody'),
  },
  {
    ...chat('desk'),
    name: 'desk-no-messages',
    act: async (page) => {
      await page.getByRole('navigation').getByRole('button', { name: 'Lind, Eva' }).click();
      await page.getByText('No messages yet').waitFor();
    },
  },
  { ...chat('desk-files'), act: openRamirez },
  { ...chat('desk-files-sending'), act: openRamirez },
  {
    ...chat('desk-files-sending'),
    name: 'desk-files-narrow',
    size: { width: 720, height: 560 },
    act: openRamirez,
  },
  {
    ...chat('desk'),
    name: 'desk-files-drop',
    act: async (page) => {
      await openRamirez(page);
      await page.evaluate(`{
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File(['x'], 'x.txt'));
        document.querySelector('main').dispatchEvent(new DragEvent('dragenter', { bubbles: true, cancelable: true, dataTransfer }));
      }`);
      await page.locator('.drop-overlay').waitFor();
    },
  },
  { ...chat('desk-waiting'), act: openRamirez },
  {
    ...chat('desk-troubles'),
    act: async (page) => {
      await openFloor(page);
      await page.getByRole('button', { name: 'More about this room' }).click();
      await page.getByRole('menuitem', { name: 'Leave the room' }).click();
      await page.getByText('You are not connected').waitFor();
      await openRamirez(page);
    },
  },
  { ...chat('desk-long-texts'), act: openRamirez },
  { ...chat('desk-long-texts'), name: 'desk-long-room', act: (page) => open(page, 'Ministry') },
  { ...chat('desk-long-texts'), name: 'desk-narrow', size: { width: 720, height: 560 }, act: openRamirez },
  {
    ...chat('desk-crowded'),
    size: { width: 1680, height: 1050 },
    act: (page) => open(page, 'sector-1'),
  },
  { ...chat('desk-100k'), act: openRamirez },
  {
    ...chat('desk'),
    name: 'dialog-switcher',
    act: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('se');
    },
  },
  ...paletteScenes(),
  ...searchScenes(),
  {
    ...chat('desk'),
    name: 'dialog-settings',
    act: async (page) => {
      await openFloor(page);
      await page.keyboard.press('Control+,');
      await page.getByRole('dialog', { name: 'Display settings' }).waitFor();
    },
  },
  // 1280 by 800 pixels at 200 % are 640 by 400 of the page's own.
  { ...chat('desk'), name: 'zoom-desk', size: ZOOMED, act: openFloor },
  { ...chat('desk-labels'), name: 'zoom-labels', size: ZOOMED, act: openRamirez },
  { ...chat('consent'), name: 'zoom-consent', size: ZOOMED },
  {
    ...chat('desk'),
    name: 'zoom-settings',
    size: ZOOMED,
    act: async (page) => {
      await openFloor(page);
      await page.keyboard.press('Control+,');
      await page.getByRole('dialog', { name: 'Display settings' }).waitFor();
    },
  },
  { ...chat('desk-comfortable'), act: openRamirez },
  { ...chat('desk-dtg'), act: openRamirez },
  { ...chat('desk-last-sign-in'), act: openRamirez },
  { ...chat('desk-last-sign-in-failed'), act: openRamirez },
  { ...chat('desk-last-sign-in-damaged'), act: openRamirez },
  { ...chat('desk-local'), act: openRamirez },
  {
    ...chat('desk'),
    name: 'dialog-shortcuts',
    act: async (page) => {
      await page.keyboard.press('F1');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'dialog-connection',
    size: { width: 1280, height: 900 },
    act: async (page) => {
      await openRamirez(page);
      await page.getByRole('button', { name: 'lock verified' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    ...chat('desk-waiting'),
    name: 'dialog-connection-waiting',
    act: async (page) => {
      await page.getByRole('button', { name: 'Not connected', exact: true }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    ...chat('desk-participant'),
    name: 'dialog-join',
    act: async (page) => {
      await page.getByRole('button', { name: 'Join a room' }).click();
      await page.getByLabel('Room', { exact: true }).fill('sector-west');
      await page.keyboard.press('Enter');
      await page.getByText('You could not enter the room').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'menu-self',
    act: async (page) => {
      await openRamirez(page);
      await page.getByRole('button', { name: 'Your presence and session' }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  {
    ...chat('desk'),
    name: 'dialog-status',
    act: async (page) => {
      await page.getByRole('button', { name: 'Your presence and session' }).click();
      await page.getByRole('menuitem', { name: 'Status message' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  ...labelScenes(),
  ...peopleScenes(),
  ...templateScenes(),
  ...watchScenes(),
  ...roomScenes(),
  ...adHocScenes(),
  ...feedScenes(),
  ...boardScenes(openFloor),
  ...policyScenes(),
  ...['pin-entry', 'pin-error', 'pin-final', 'pin-final-error', 'pin-locked', 'pin-pad', 'pin-long'].map(pin),
  {
    ...pin('pin-entry'),
    name: 'pin-typed',
    act: (page) => typePin(page, '123456'),
  },
  {
    ...pin('pin-entry'),
    name: 'pin-short',
    act: async (page) => {
      await typePin(page, '123');
      await page.keyboard.press('Enter');
    },
  },
  {
    ...pin('pin-entry'),
    name: 'pin-busy',
    act: async (page) => {
      await typePin(page, '123456');
      await page.keyboard.press('Enter');
      await page.getByText('The card is checking').waitFor();
    },
  },
  {
    ...pin('pin-pad'),
    name: 'pin-pad-busy',
    act: async (page) => {
      await page.getByRole('button', { name: 'Start' }).click();
      await page.getByText('Type your PIN on the reader now').waitFor();
    },
  },
];
