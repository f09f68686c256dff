import type { ServerSettings } from './settings.mjs';

/** Reads the directory once and replaces the table of accounts. @throws ToolError; the table stays as it is */
export function readDirectory(settings: ServerSettings): Promise<{
  readonly accounts: number;
  readonly disabled: number;
  readonly skipped: readonly string[];
  /** People who are gone from the directory, and with them what their certificates were mapped by. */
  readonly dropped: number;
  /** People who are missing there, too many at once to believe it: what they are mapped by stays. */
  readonly spared: number;
  readonly validUntil: string;
}>;
