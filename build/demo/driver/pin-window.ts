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
    await this.page.keyboard.press('Enter');
  }

  async cancel(): Promise<void> {
    await this.page.getByRole('button', { name: 'Cancel' }).click();
  }
}
