/** Commands of services: what the stand-in session answers, the fixture, and what is photographed. */
import type { Page } from 'playwright-core';
import type { AdHocStage } from '../../src/shared/adhoc-contract.ts';
import type { ChatCommand, ChatReply } from '../../src/shared/chat-model.ts';
import type { FormField } from '../../src/shared/data-form.ts';
import type { Fixture } from './desk.ts';
import { DOMAIN } from './people.ts';
import type { Scene } from './scene.ts';

const COMMANDS = [
  { node: 'sessions', name: 'My other sessions' },
  { node: 'uptime', name: 'Get uptime' },
  {
    node: 'long',
    name: 'Ask the watch officer of the joint operations centre for a room that lasts until the end of the exercise and is deleted afterwards, with everything that was said in it',
  },
];

const field = (
  name: string,
  type: FormField['type'],
  label: string,
  more: Partial<FormField> = {},
): FormField => ({ name, type, label, description: '', required: false, values: [], options: [], ...more });

const base = { columns: [], rows: [], instructions: [] } as const;

const FIRST: AdHocStage = {
  run: 'run-1',
  status: 'executing',
  notes: [{ severity: 'info', text: 'This computer’s own session is not in the list.' }],
  form: {
    ...base,
    type: 'form',
    title: 'Which are to end',
    instructions: ['Whoever sits there has to sign in again.'],
    fields: [
      field('sessions', 'list-multi', 'Sessions', {
        required: true,
        options: [
          { value: 'a', label: 'sallyport-Jq2x, workstation WS-114, since 0412Z' },
          { value: 'b', label: 'sallyport-9rTk, workstation WS-207, since yesterday' },
        ],
      }),
      field('reason', 'text-single', 'Reason', { description: 'Written into the server’s audit log.' }),
    ],
  },
  steps: ['next'],
  preset: 'next',
};

const SECOND: AdHocStage = {
  run: 'run-1',
  status: 'executing',
  notes: [{ severity: 'warn', text: 'What was typed there and not sent is lost.' }],
  form: {
    ...base,
    type: 'form',
    title: 'Sure?',
    fields: [field('sure', 'boolean', 'End 1 session now', { values: ['0'] })],
  },
  steps: ['prev', 'complete'],
  preset: 'complete',
};

const LAST: AdHocStage = {
  status: 'completed',
  notes: [{ severity: 'info', text: 'One session was ended.' }],
  form: {
    ...base,
    type: 'result',
    title: 'Your sessions now',
    fields: [],
    columns: [
      { name: 'name', label: 'Session', type: 'text-single' },
      { name: 'machine', label: 'Workstation', type: 'text-single' },
      { name: 'since', label: 'Since', type: 'text-single' },
    ],
    rows: [
      ['sallyport-71Ab (this one)', 'WS-101', '2026-11-22 03:58Z'],
      ['sallyport-9rTk', 'WS-207', '2026-11-21 16:20Z'],
    ],
  },
  steps: [],
};

/** What the session would answer; `undefined` for commands of others. */
export function adHocAnswer(command: ChatCommand): ChatReply | undefined {
  switch (command.type) {
    case 'list-adhoc':
      return { ok: true, adHocCommands: command.service === DOMAIN ? COMMANDS : [] };
    case 'start-adhoc':
      return {
        ok: true,
        adHocStage:
          command.node === 'sessions'
            ? FIRST
            : {
                status: 'completed',
                steps: [],
                notes: [
                  {
                    severity: 'info',
                    text: 'This server has been running for 12 days, 4 hours and 7 minutes.',
                  },
                ],
              },
      };
    case 'step-adhoc':
      return {
        ok: true,
        adHocStage: command.step === 'next' ? SECOND : command.step === 'prev' ? FIRST : LAST,
      };
    default:
      return undefined;
  }
}

export function adHocFixtures(desk: Fixture): Readonly<Record<string, () => Fixture>> {
  return {
    'desk-adhoc-poor': () => ({
      ...desk,
      refuse: { 'list-adhoc': { code: 'STREAM_TIMEOUT' } },
    }),
    'desk-adhoc-refused': () => ({
      ...desk,
      refuse: { 'start-adhoc': { code: 'ADHOC_FORBIDDEN' } },
    }),
  };
}

async function open(page: Page): Promise<void> {
  await page.keyboard.press('Control+Shift+P');
  await page.getByRole('combobox', { name: 'Command' }).fill('commands of');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Commands of a service' }).waitFor();
}

const start = async (page: Page) => {
  await open(page);
  await page.getByRole('button', { name: 'My other sessions' }).click();
  await page.getByLabel('Reason').waitFor();
};
const next = async (page: Page) => {
  await start(page);
  await page.getByLabel('WS-114').check();
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByLabel('End 1 session now').check();
};

export function adHocScenes(): readonly Scene[] {
  const scene = (name: string, act: (page: Page) => Promise<void>, fixture = 'desk'): Scene => ({
    name: `dialog-commands${name}`,
    window: 'chat',
    fixture,
    act,
  });
  return [
    scene('', async (page) => {
      await open(page);
      await page.getByRole('button', { name: 'Get uptime' }).waitFor();
    }),
    scene('-empty', async (page) => {
      await open(page);
      await page.locator('#adhoc-service').selectOption({ index: 1 });
      await page.getByText('offers you no commands').waitFor();
    }),
    scene(
      '-unanswered',
      async (page) => {
        await open(page);
        await page.getByRole('alert').waitFor();
      },
      'desk-adhoc-poor',
    ),
    scene('-stage', async (page) => {
      await start(page);
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText('This has to be filled in').waitFor();
    }),
    scene('-second', next),
    scene('-done', async (page) => {
      await next(page);
      await page.getByRole('button', { name: 'Finish' }).click();
      await page.getByText('One session was ended').waitFor();
    }),
    scene(
      '-refused',
      async (page) => {
        await open(page);
        await page.getByRole('button', { name: 'Get uptime' }).click();
        await page.getByRole('alert').waitFor();
      },
      'desk-adhoc-refused',
    ),
  ];
}
