/** Messages with a fixed form: what the window is fed, and what is photographed. */
import type { Page } from 'playwright-core';
import type { ChatMessage } from '../../src/shared/chat-model.ts';
import type { TemplateCommand } from '../../src/shared/chat-template-commands.ts';
import { filledTemplate, formText } from '../../src/shared/message-templates.ts';
import { TEMPLATES } from '../site/templates.ts';
import type { Scene } from './scene.ts';

export function filledMessage({ template: id, answers }: TemplateCommand, own: string): ChatMessage {
  const template = TEMPLATES.find((one) => one.id === id);
  if (template === undefined) throw new Error(`there is no template ${id}`);
  const form = filledTemplate(template, answers);
  return {
    id: own,
    direction: 'out',
    sender: 'Allen',
    body: formText(form),
    form,
    at: Date.now(),
    delayed: false,
    delivery: 'sent',
  };
}

const base = { window: 'chat', fixture: 'desk' } as const;

async function open(page: Page, template: string): Promise<void> {
  await page.locator('.row', { hasText: 'Ramirez' }).first().click();
  await page.locator('.message').first().waitFor();
  await page.keyboard.press('Control+Shift+M');
  await page.locator('#template-which').selectOption(template);
}

async function fillSalute(page: Page): Promise<void> {
  await open(page, 'salute');
  await page.getByLabel('Size').fill('6 vehicles, about 30 people');
  await page.getByLabel('Activity').fill('Unloading crates at the east bank\nTwo sentries on the bridge');
  await page.getByLabel('Location').fill('18SUJ2348306479');
}

export function templateScenes(): readonly Scene[] {
  return [
    { ...base, name: 'dialog-template', act: fillSalute },
    {
      ...base,
      name: 'dialog-template-missing',
      act: async (page) => {
        await open(page, 'nine-line-medevac');
        await page.getByLabel('1. Location').fill('over there');
        await page.getByRole('button', { name: 'Send', exact: true }).last().click();
        await page.getByText('This has to be filled in').waitFor();
      },
    },
    {
      ...base,
      name: 'dialog-template-narrow',
      size: { width: 720, height: 560 },
      act: fillSalute,
    },
    {
      ...base,
      name: 'desk-form-message',
      act: async (page) => {
        await fillSalute(page);
        await page.getByRole('button', { name: 'Send', exact: true }).last().click();
        await page.locator('.form-message').waitFor();
      },
    },
  ];
}
