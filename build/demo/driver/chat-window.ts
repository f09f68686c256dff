/** The chat window as a person sees it: roles, labels and words. Nothing here knows how the page is built. */
import { errors, type Locator, type Page } from 'playwright-core';

/** Signing in waits for a card, a handshake and a server. */
const SIGN_IN_MS = 30_000;
/** Characters of a window's text that an error quotes. */
const MAX_WORDS = 600;

export type Section = 'Server' | 'Encryption' | 'Lock' | 'You' | 'Session';

/** What a window shows, in one line. */
async function wordsOf(page: Page): Promise<string> {
  const text = await page.locator('body').innerText({ timeout: 1_000 }).catch(String);
  return `${page.url()}: ${text.replace(/\s+/g, ' ').slice(0, MAX_WORDS)}`;
}

export class ChatWindow {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { name, level: 1 });
  }

  /** The catalogue's code beside an error. */
  code(code: string): Locator {
    return this.page.getByText(code, { exact: true });
  }

  async acceptConsent(): Promise<void> {
    await this.page.getByRole('button', { name: 'Accept' }).click();
  }

  /**
   * Waits until the conversations are there and the status line says that the lock is verified. Where that does not come,
   * the error says what each window of the application shows instead.
   */
  async online(): Promise<void> {
    const verified = this.page
      .getByRole('region', { name: 'Status' })
      .getByRole('button', { name: /lock verified/ });
    try {
      await verified.waitFor({ timeout: SIGN_IN_MS });
    } catch (error) {
      if (!(error instanceof errors.TimeoutError)) throw error;
      const shown = await Promise.all(this.page.context().pages().map(wordsOf));
      throw new Error(`not online after ${SIGN_IN_MS} ms: ${shown.join(' || ')}`, { cause: error });
    }
  }

  get conversations(): Locator {
    return this.page.getByRole('navigation', { name: 'Conversations' });
  }

  /** A contact or room in the side bar. */
  entry(name: string): Locator {
    return this.conversations.getByRole('listitem').getByRole('button').filter({ hasText: name });
  }

  async open(name: string): Promise<void> {
    await this.entry(name).click();
    await this.composer(name).waitFor();
  }

  composer(name: string): Locator {
    return this.page.getByRole('textbox', { name: `Message to ${name}`, exact: true });
  }

  /** Writes in the open conversation and presses Enter. */
  async send(name: string, text: string): Promise<void> {
    const field = this.composer(name);
    await field.fill(text);
    await field.press('Enter');
  }

  get messages(): Locator {
    return this.page.getByRole('log', { name: 'Messages' });
  }

  /** A message of the open conversation by its exact text. */
  message(text: string): Locator {
    return this.messages.getByText(text, { exact: true });
  }

  /** The row of a message, by a part of its text. */
  row(text: string): Locator {
    return this.messages
      .locator('.message')
      .filter({ has: this.page.locator('.message-body', { hasText: text }) });
  }

  /** Selects a message as the arrow keys would, and presses a key. */
  async press(text: string, key: string): Promise<void> {
    await this.row(text).focus();
    await this.page.keyboard.press(key);
  }

  /** Waits until one’s own message carries this mark; what was seen has been delivered. */
  async delivery(
    text: string,
    mark: 'Delivered' | 'On the server' | 'Queued on this computer',
  ): Promise<void> {
    await this.messages
      .locator('.message-out')
      .filter({ has: this.page.getByText(text, { exact: true }) })
      .getByText(mark === 'Delivered' ? /^(?:Delivered|Seen)$/ : mark, { exact: true })
      .waitFor();
  }

  /** Attaches a file to the open conversation, as the system's dialog would. */
  async attach(name: string, content: string | Uint8Array, mimeType = 'text/plain'): Promise<void> {
    const buffer = Buffer.from(content);
    await this.page.getByLabel('Files to attach').setInputFiles({ name, mimeType, buffer });
  }

  /** A file on its way out, or one that did not get through. */
  transfer(name: string): Locator {
    return this.page
      .getByRole('list', { name: 'Files being sent' })
      .getByRole('listitem')
      .filter({ hasText: name });
  }

  /** A file that a message of the open conversation tells of. */
  file(name: string): Locator {
    return this.messages.getByRole('region', { name: `File ${name} from` });
  }

  /** Saves it and waits until it is in its folder. */
  async saveFile(name: string): Promise<void> {
    await this.file(name).getByRole('button', { name: 'Save' }).click();
    await this.file(name).getByText('Saved as').waitFor();
  }

  /** The texts of all messages in sight, in order. */
  texts(): Promise<string[]> {
    return this.messages.locator('.message-body').allInnerTexts();
  }

  async joinRoom(name: string): Promise<void> {
    await this.conversations.getByRole('button', { name: 'Join a room' }).click();
    const dialog = this.page.getByRole('dialog', { name: 'Join a room' });
    await dialog.getByRole('textbox', { name: 'Room' }).fill(name);
    await dialog.getByRole('button', { name: 'Join' }).click();
    await dialog.waitFor({ state: 'detached' });
    await this.composer(name).waitFor();
  }

  async openConnection(): Promise<Locator> {
    await this.page
      .getByRole('region', { name: 'Status' })
      .getByRole('button', { name: /lock|Not connected/ })
      .click();
    const dialog = this.page.getByRole('dialog', { name: 'Connection' });
    await dialog.waitFor();
    return dialog;
  }

  /** The connection panel as sections of names and values. */
  async connectionFacts(): Promise<Record<string, Record<string, string>>> {
    const dialog = await this.openConnection();
    const facts: Record<string, Record<string, string>> = {};
    for (const section of await dialog.locator('section').all()) {
      const title = await section.getByRole('heading').innerText();
      const names = await section.locator('dt').allInnerTexts();
      const values = await section.locator('dd').allInnerTexts();
      facts[title] = Object.fromEntries(names.map((name, index) => [name, (values[index] ?? '').trim()]));
    }
    return facts;
  }

  async closeDialog(): Promise<void> {
    await this.page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await this.page.getByRole('dialog').waitFor({ state: 'detached' });
  }
}
