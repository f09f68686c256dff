import type { ServerSettings } from './settings.mjs';

/** Reads the directory once and replaces the table of accounts. @throws ToolError; the table stays as it is */
export function readDirectory(settings: ServerSettings): Promise<{
  readonly accounts: number;
  readonly disabled: number;
  readonly skipped: readonly string[];
  readonly validUntil: string;
}>;
