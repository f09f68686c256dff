/** The password window as a person sees it: roles, labels and words. */
import type { Locator, Page } from 'playwright-core';

export class PasswordWindow {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get username(): Locator {
    return this.page.getByLabel('User name');
  }

  /** A password field by its label. */
  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  get message(): Locator {
    return this.page.getByRole('alert');
  }

  /** Types name and password as a person does, presses Enter, and waits until the window has gone, as it always does. */
  async enter(username: string, password: string): Promise<void> {
    await this.username.waitFor();
    if ((await this.username.inputValue()) === '') await this.type(this.username, username);
    await this.type(this.field('Password'), password);
    const gone = this.page.waitForEvent('close');
    await this.#last(() => this.page.keyboard.press('Enter'));
    await gone;
  }

  /** Types into a field, one key after the other. */
  async type(field: Locator, text: string): Promise<void> {
    await field.focus();
    await this.page.keyboard.type(text);
  }

  /** Does what closes the window, which may be gone before the key is up again. */
  async #last(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!this.page.isClosed()) throw error;
    }
  }
}
