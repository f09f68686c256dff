/** The PIN window as a person sees it: roles, labels and words. */
import type { Locator, Page } from 'playwright-core';

/** Keys that come before the window takes any are typed again. */
const MAX_TRIES = 150;
const AGAIN_MS = 100;

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

  /** Types the digits as a person does, looks whether there is a bullet for each, and presses Enter. */
  async enter(pin: string): Promise<void> {
    await this.field.waitFor();
    for (let tries = 1; ; tries += 1) {
      await this.field.focus();
      await this.page.keyboard.type(pin);
      const typed = (await this.field.inputValue()).length;
      if (typed === pin.length) break;
      if (tries === MAX_TRIES) throw new Error(`${typed} of ${pin.length} digits are in the field`);
      for (let left = typed; left > 0; left -= 1) await this.page.keyboard.press('Backspace');
      await this.page.waitForTimeout(AGAIN_MS);
    }
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
