import type { ServerSettings } from './settings.mjs';

/** `sallyport.switch/3`. */
export interface SwitchFile {
  readonly format: 'sallyport.switch/3';
  readonly domain: string;
  readonly revision: number;
  readonly service: 'on' | 'off';
  readonly users: readonly string[];
  readonly machines: readonly string[];
  /** Localparts. */
  readonly rooms: readonly string[];
  readonly partners: readonly string[];
  /** Nodes, and addresses of people whose own are meant. */
  readonly feeds: readonly string[];
  /** That were taken away. */
  readonly notices: readonly TakenNotice[];
}

export interface TakenNotice {
  readonly feed: string;
  readonly id: string;
}

export type TargetKind = 'user' | 'machine' | 'room' | 'partner' | 'feed';
export type Target = { readonly kind: 'all' } | { readonly kind: TargetKind; readonly name: string };

/** What `text` names, as the switch's file has it. @throws ToolError with exit code 2 when it is no such name */
export function targetNamed(kind: TargetKind, text: string): Target;

/** @throws ToolError with exit code 2 when the target is the server's own domain, or above it */
export function refuseOwn(target: Target, domain: string): void;

/** The file; one of a former format as the present one. @throws ToolError */
export function readSwitch(settings: ServerSettings): SwitchFile;

/** @throws ToolError with exit code 3 when the switch is written and the server did not confirm */
export function setSwitch(
  settings: ServerSettings,
  position: 'on' | 'off',
  target: Target,
  reason: string,
): Promise<{
  readonly revision: number;
  /** Sessions. */
  readonly ended: number;
  /** Occupants put out of rooms. */
  readonly removed: number;
  /** Streams to partners. */
  readonly streams: number;
}>;

/** @throws ToolError with exit code 3 when it is written and the server did not confirm */
export function takeNotice(
  settings: ServerSettings,
  notice: TakenNotice,
  reason: string,
): Promise<{
  readonly revision: number;
  /** Notices; none where it was gone already. */
  readonly taken: number;
}>;
