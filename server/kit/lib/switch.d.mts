import type { ServerSettings } from './settings.mjs';

/** `sallyport.switch/1`. */
export interface SwitchFile {
  readonly format: 'sallyport.switch/1';
  readonly domain: string;
  readonly revision: number;
  readonly service: 'on' | 'off';
  readonly users: readonly string[];
  readonly machines: readonly string[];
}

export type Target = { readonly kind: 'all' } | { readonly kind: 'user' | 'machine'; readonly name: string };

/** @throws ToolError */
export function readSwitch(settings: ServerSettings): SwitchFile;

/** @throws ToolError with exit code 3 when the switch is written and the server did not confirm */
export function setSwitch(
  settings: ServerSettings,
  position: 'on' | 'off',
  target: Target,
  reason: string,
): Promise<{ readonly revision: number; readonly ended: number }>;
