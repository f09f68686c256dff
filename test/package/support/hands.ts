/** A person at the display: sees windows by their title and types. The installed application lets no debugger near it. */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_MS = 30_000;
const LOOK_MS = 100;

/** Waits until `look` gives something; the description is for the failure. */
export async function eventually<Value>(what: string, look: () => Value | undefined | false): Promise<Value> {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`did not happen: ${what}`);
    await sleep(LOOK_MS);
  }
}

export interface Hands {
  /** Ids of the visible windows whose title fits the pattern. */
  windows(title: string): readonly string[];
  /** Waits for the window and gives it the keyboard. */
  focus(title: string): Promise<void>;
  /** `Return`, `Tab`, `ctrl+k` */
  press(...keys: readonly string[]): void;
  type(text: string): void;
}

export function handsAt(display: string): Hands {
  const xdotool = (...args: readonly string[]): string | undefined => {
    try {
      return execFileSync('xdotool', [...args], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH ?? '/usr/bin:/bin', DISPLAY: display },
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    } catch {
      return undefined;
    }
  };
  const windows = (title: string): readonly string[] =>
    (xdotool('search', '--onlyvisible', '--name', title) ?? '').split('\n').filter((id) => id !== '');
  return {
    windows,
    focus: async (title) => {
      const id = await eventually(`a window “${title}”`, () => windows(title).at(-1));
      await eventually(`the keyboard in “${title}”`, () => {
        xdotool('windowfocus', id);
        return xdotool('getwindowfocus') === id;
      });
    },
    press: (...keys) => {
      for (const key of keys) xdotool('key', key);
    },
    type: (text) => {
      xdotool('type', '--delay', '20', text);
    },
  };
}
