/** The tool's settings, `sallyport.server/1` (README.md), checked. */
export interface ServerSettings {
  readonly engine: 'prosody' | 'ejabberd';
  readonly domain: string;
  /** Absolute paths, as all of them. */
  readonly switch: string;
  readonly accounts: string;
  readonly machines: string;
  readonly log: string;
  readonly pidFile: string;
  readonly certificate: string;
  readonly clientAuthorities: string;
  readonly path: string;
  readonly backup: readonly string[];
  readonly retention: {
    readonly messageDays: number;
    readonly auditDays: number;
    readonly holdUsers: readonly string[];
    readonly holdRooms: readonly string[];
  };
  readonly directory?: Readonly<Record<string, unknown>>;
  /** Who the tool's log says it was; the account that runs it without. */
  readonly actor?: string;
}

/** @throws ToolError */
export function readSettings(path: string): ServerSettings;
