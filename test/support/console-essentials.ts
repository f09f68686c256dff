/**
 * What an administrator has to be able to do on a bad night, whichever server the console stands beside: see who is there, put a
 * user, a room and a machine off and on again with effect on live sessions, and find what was said.
 */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { LockBinding } from '../../src/lock/index.ts';
import type { SoftIdentity } from './prosody-site.ts';
import type { LockIdentity, RawXmpp } from './raw-xmpp.ts';

/** How somebody gets in from a machine. */
export interface Desk {
  readonly connect: (identity: SoftIdentity) => Promise<RawXmpp>;
  readonly identity: SoftIdentity;
  readonly machine: LockIdentity;
  readonly binding: LockBinding;
  readonly account: string;
  readonly domain: string;
}

/** A live session at that desk. */
export async function signIn(desk: Desk): Promise<RawXmpp> {
  const client = await desk.connect(desk.identity);
  await client.passLock(desk.machine, desk.binding);
  expect(await client.external(`${desk.account}@${desk.domain}`)).toContain('<success');
  await client.bind('desk');
  return client;
}

/** Enters the room and waits until its history is through. */
export async function enter(client: RawXmpp, room: string, nick: string): Promise<void> {
  client.send(`<presence to='${room}/${nick}'><x xmlns='http://jabber.org/protocol/muc'/></presence>`);
  await client.take(/<subject/);
}

export const go = (page: Page, name: string): Promise<void> =>
  page.getByRole('navigation').getByRole('link', { name }).click();

/** Throws one switch on the page of that name, by keyboard, and waits until the server has confirmed it. */
async function throwSwitch(
  page: Page,
  what: { readonly label: string; readonly kind: string; readonly name: string; readonly listed?: string },
  position: 'off' | 'on',
): Promise<string> {
  const { label, kind, name, listed = name } = what;
  if (position === 'off') {
    await page.getByLabel(label, { exact: true }).focus();
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
  } else {
    await page.getByRole('button', { name: `Switch on… ${kind} ${listed}`, exact: true }).press('Enter');
  }
  const shown = position === 'off' ? name : listed;
  await page.getByRole('dialog', { name: `Switch ${kind} ${shown} ${position}?` }).waitFor();
  await page.keyboard.type('exercise');
  await page.keyboard.press('Enter');
  const button = page.getByRole('button', { name: `Switch on… ${kind} ${listed}`, exact: true });
  await button.waitFor({ state: position === 'off' ? 'visible' : 'detached' });
  return page.getByText('The server confirmed it').innerText();
}

/** Throws the switch of a room that the page of the present shows, by keyboard. */
async function switchShownRoom(page: Page, name: string, position: 'off' | 'on'): Promise<string> {
  const button = (to: string) =>
    page.getByRole('button', { name: `Switch ${to}… room ${name}`, exact: true });
  await button(position).press('Enter');
  await page.getByRole('dialog', { name: `Switch room ${name} ${position}?` }).waitFor();
  await page.keyboard.type('exercise');
  await page.keyboard.press('Enter');
  await button(position === 'off' ? 'on' : 'off').waitFor();
  return page.getByText('The server confirmed it').innerText();
}

/** The operator's part, from the page of the present on; `desk` is the live session's. */
export async function operate(page: Page, desk: Desk, roomService: string): Promise<void> {
  const room = `night\\20watch@${roomService}`;
  const { account, machine } = desk;
  const rowOf = () => page.getByRole('row', { name: `${account}@` });
  let live = await signIn(desk);
  await enter(live, room, account);
  live.send(`<message type='groupchat' to='${room}' id='w1'><body>the bridge is down</body></message>`);
  await live.take(/<message [^>]*id='w1'.*?<\/message>/s);
  await go(page, 'Now');
  await rowOf().getByText(machine.kid).first().waitFor();
  await page.getByRole('row', { name: room }).waitFor();

  await go(page, 'Switch');
  const inRoom = { label: 'Room', kind: 'room', name: 'Night Watch', listed: 'night\\20watch' };
  expect(await throwSwitch(page, inRoom, 'off')).toContain('put 1 occupant out of rooms');
  expect(await live.take(/<presence [^>]*type='unavailable'.*?<\/presence>/s)).toContain("code='332'");
  live.send(`<message type='groupchat' to='${room}' id='w2'><body>anybody?</body></message>`);
  expect(await live.take(/<message [^>]*id='w2'.*?<\/message>/s)).toContain('recipient-unavailable');
  await go(page, 'Now');
  await switchShownRoom(page, inRoom.listed, 'on');
  await enter(live, room, account);
  expect(await switchShownRoom(page, inRoom.listed, 'off')).toContain('put 1 occupant out of rooms');
  expect(await live.take(/<presence [^>]*type='unavailable'.*?<\/presence>/s)).toContain("code='332'");
  await switchShownRoom(page, inRoom.listed, 'on');
  await go(page, 'Switch');
  await enter(live, room, account);

  const user = { label: 'User', kind: 'user', name: account };
  expect(await throwSwitch(page, user, 'off')).toMatch(/ended [1-9]\d* session/);
  expect(await live.rest()).toContain('<not-authorized ');
  await go(page, 'Now');
  await rowOf().waitFor({ state: 'detached' });
  await go(page, 'Switch');
  await throwSwitch(page, user, 'on');

  live = await signIn(desk);
  const seat = { label: 'Machine', kind: 'machine', name: machine.kid };
  expect(await throwSwitch(page, seat, 'off')).toMatch(/ended [1-9]\d* session/);
  expect(await live.rest()).toContain('<policy-violation ');
  await throwSwitch(page, seat, 'on');
  (await signIn(desk)).close();
}

/** The security officer's part: what was said in that room is found. */
export async function lookUp(page: Page): Promise<void> {
  await go(page, 'Messages');
  await page.getByLabel('Reason for the search').fill('case 18');
  await page.getByLabel('Words').fill('bridge');
  await page.keyboard.press('Enter');
  await page.getByRole('row', { name: 'the bridge is down' }).click();
  await page.getByRole('complementary').getByText('the bridge is down').waitFor();
}
