/** The PIN window as a person sees it: roles, labels and words. */
import type { Locator, Page } from 'playwright-core';

export class PinWindow {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get field(): Locator {
    return this.page.getByLabel('PIN, 6 to 8 digits');
  }

  get message(): Locator {
    return this.page.getByRole('alert');
  }

  /** Types the digits as a person does and presses Enter. */
  async enter(pin: string): Promise<void> {
    await this.field.waitFor();
    await this.field.focus();
    await this.page.keyboard.type(pin);
    await this.#last(() => this.page.keyboard.press('Enter'));
  }

  async cancel(): Promise<void> {
    await this.#last(() => this.page.getByRole('button', { name: 'Cancel' }).click());
  }

  /** Does what closes the window, which may be gone before the key or the mouse button is up again. */
  async #last(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      if (!this.page.isClosed()) throw error;
    }
  }
}
