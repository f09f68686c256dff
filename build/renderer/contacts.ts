/** People: what the window is fed, and what is photographed. */
import type { ChatEvent } from '../../src/shared/chat-model.ts';
import { CONTACTS, contactJid } from './people.ts';
import type { Scene } from './scenes.ts';
import { NOW } from './talk.ts';

/** Two requests, one blocked contact and a blocked domain; one contact who has not answered. */
export function peopleEvents(): readonly ChatEvent[] {
  const okafor = CONTACTS.filter(({ name }) => name.startsWith('Okafor'));
  return [
    {
      type: 'collection',
      collection: 'requests',
      reset: true,
      upsert: [
        { id: contactJid('lucia.ferreira'), text: 'Relief for the border cell tonight', at: NOW },
        { id: contactJid('bartholomew.featherstonehaugh-cholmondeley.ctr'), text: '', at: NOW },
      ],
      remove: [],
    },
    {
      type: 'collection',
      collection: 'blocked',
      reset: true,
      upsert: [{ id: contactJid('greg.moss') }, { id: 'spam.partner.example' }],
      remove: [],
    },
    {
      type: 'contacts',
      upsert: okafor.map((contact) => ({
        ...contact,
        subscription: 'none',
        availability: 'offline',
        asked: true,
      })),
      remove: [],
    },
  ];
}

const base = { window: 'chat', fixture: 'desk-people' } as const;

export function peopleScenes(): readonly Scene[] {
  return [
    { ...base, name: 'desk-people', act: (page) => page.getByText('2 people ask').waitFor() },
    {
      ...base,
      name: 'desk-people-asked',
      act: async (page) => {
        await page.locator('.row', { hasText: 'Okafor' }).first().click();
        await page.getByText('no answer yet').waitFor();
      },
    },
    {
      ...base,
      name: 'desk-people-menu',
      act: async (page) => {
        await page.locator('.row', { hasText: 'Moss' }).first().click();
        await page.getByRole('button', { name: 'More about this contact' }).click();
        await page.getByRole('menuitem', { name: 'Unblock' }).waitFor();
      },
    },
    {
      ...base,
      name: 'dialog-contact-add',
      act: async (page) => {
        await page.getByRole('button', { name: 'Add a contact' }).click();
        await page.getByLabel('Address').fill('eve@elsewhere.example');
        await page.getByRole('button', { name: 'Add', exact: true }).click();
        await page.getByText('The policy lets you').waitFor();
      },
    },
    {
      ...base,
      name: 'dialog-contact-edit',
      act: async (page) => {
        await page.locator('.row', { hasText: 'Brandt' }).first().click();
        await page.getByRole('button', { name: 'More about this contact' }).click();
        await page.getByRole('menuitem', { name: 'Name and groups' }).click();
        await page.getByRole('dialog').waitFor();
      },
    },
    {
      ...base,
      name: 'dialog-contact-remove',
      act: async (page) => {
        await page.locator('.row', { hasText: 'Brandt' }).first().click();
        await page.getByRole('button', { name: 'More about this contact' }).click();
        await page.getByRole('menuitem', { name: 'Remove from your contacts' }).click();
        await page.getByRole('dialog').waitFor();
      },
    },
    {
      ...base,
      name: 'dialog-blocked',
      act: async (page) => {
        await page.getByRole('button', { name: 'Your presence and session' }).click();
        await page.getByRole('menuitem', { name: 'Blocked people' }).click();
        await page.getByRole('dialog').waitFor();
      },
    },
  ];
}
