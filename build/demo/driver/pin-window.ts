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
    try {
      await this.page.keyboard.press('Enter');
    } catch (error) {
      // The window closes when the card accepts the PIN, which may be before the key is up again.
      if (!this.page.isClosed()) throw error;
    }
  }

  async cancel(): Promise<void> {
    await this.page.getByRole('button', { name: 'Cancel' }).click();
  }
}
