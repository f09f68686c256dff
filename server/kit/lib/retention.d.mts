import type { ServerSettings } from './settings.mjs';

/** Files gone whole, records gone, records held back. @throws ToolError */
export function applyRetention(
  settings: ServerSettings,
  options?: { readonly dryRun?: boolean; readonly now?: number },
): Promise<{ readonly files: number; readonly records: number; readonly held: number }>;
