export function progress(text: string): void;
/** A failure that a person can act on: printed without a stack. */
export class SetupError extends Error {}
export function runMain(main: () => Promise<void>): Promise<void>;
