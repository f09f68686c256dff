import type { ServerSettings } from './settings.mjs';

/** A day that something is good until. */
export interface Expiry {
  readonly what: string;
  /** ISO 8601, or `unknown`. */
  readonly until: string;
  readonly state: 'good' | 'soon' | 'expired';
}

export interface ServerStatus {
  readonly healthy: boolean;
  readonly running: boolean;
  readonly pid?: number;
  readonly service: 'on' | 'off';
  readonly revision: number;
  readonly users: readonly string[];
  readonly machines: readonly string[];
  readonly dates: readonly Expiry[];
}

/** @throws ToolError */
export function status(settings: ServerSettings, now?: number): ServerStatus;

/** @throws ToolError */
export function runningPid(settings: ServerSettings): number | undefined;
