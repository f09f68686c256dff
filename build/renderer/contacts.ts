/** People: what the window is fed, and what is photographed. */
import type { ChatEvent } from '../../src/shared/chat-model.ts';
import type { FoundPerson, Profile } from '../../src/shared/directory.ts';
import type { BareJid } from '../../src/shared/jid.ts';
import { CONTACTS, contactJid, RAMIREZ } from './people.ts';
import type { Scene } from './scene.ts';
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
      type: 'collection',
      collection: 'extras',
      reset: true,
      upsert: [
        {
          id: RAMIREZ,
          position: {
            latitude: 38.889484,
            longitude: -77.035278,
            accuracy: 20,
            at: NOW,
            description: 'North gate',
          },
          activity: { general: 'having_appointment', text: 'shift handover' },
        },
        {
          id: contactJid('alice.allen'),
          position: { latitude: 48.2495, longitude: 16.4145, at: NOW, description: '' },
        },
      ],
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

/** What the directory finds: everybody of that name, or nobody. */
export function foundPeople(name: string): readonly FoundPerson[] {
  return CONTACTS.filter((contact) => contact.name.toLowerCase().includes(name.toLowerCase())).map(
    (contact, index) => ({
      jid: contact.jid,
      name: contact.name,
      title: index % 3 === 2 ? '' : 'All-source intelligence analyst',
      unit: contact.groups[0] ?? '',
    }),
  );
}

export function profileOf(person: BareJid): { readonly profile?: Profile } {
  if (person !== RAMIREZ) return {};
  return {
    profile: {
      name: 'Ramirez, Ana (MAJ)',
      title: 'Senior watch officer',
      role: 'J2-W-014, Chief of the night watch',
      unit: 'J2 Watch',
      organisation: 'Example Joint Command',
      email: 'ana.ramirez@example.mil',
      phone: '+1 555 0114',
    },
  };
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
      name: 'dialog-directory',
      act: async (page) => {
        await page.keyboard.press('Control+Shift+D');
        await page.getByLabel('Name').fill('an');
        await page.keyboard.press('Enter');
        await page.getByRole('list', { name: 'People found' }).waitFor();
      },
    },
    {
      ...base,
      name: 'dialog-directory-nobody',
      act: async (page) => {
        await page.keyboard.press('Control+Shift+D');
        await page.getByLabel('Name').fill('zzz');
        await page.keyboard.press('Enter');
        await page.getByText('Nobody in the directory').waitFor();
      },
    },
    {
      ...base,
      name: 'dialog-profile',
      act: async (page) => {
        await page.locator('.row', { hasText: 'Ramirez' }).first().click();
        await page.getByRole('button', { name: 'More about this contact' }).click();
        await page.getByRole('menuitem', { name: 'Profile' }).click();
        await page.getByText('J2-W-014').waitFor();
      },
    },
    {
      ...base,
      name: 'dialog-position',
      act: async (page) => {
        await page.getByRole('button', { name: 'Your presence and session' }).click();
        await page.getByRole('menuitem', { name: 'Share your position' }).click();
        await page.locator('#position').fill('18SUJ2348006478');
        await page.getByText('38.88').waitFor();
      },
    },
    {
      ...base,
      name: 'dialog-activity',
      act: async (page) => {
        await page.getByRole('button', { name: 'Your presence and session' }).click();
        await page.getByRole('menuitem', { name: 'Share what you are doing' }).click();
        await page.locator('#activity').selectOption('talking');
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
