/** Where the main process says what a page looks like before its first frame. */
const SWITCH = '--sallyport-look=';

/** What an Electron renderer's `process` gives a sandboxed preload. */
declare const process: { readonly argv: readonly string[] };

/** Empty when nothing was said; the page judges the rest. */
export function lookOfThisPage(): string {
  return process.argv.find((argument) => argument.startsWith(SWITCH))?.slice(SWITCH.length) ?? '';
}
