/** What tests use of the generator. */
import type { SettingInfo } from '../../src/policy/generated/settings-table.ts';

export interface EnforcementRow {
  readonly module: string;
  readonly pointer: string;
  /** `FILE#SYMBOL`. */
  readonly point: string;
  /** `FILE#TITLE`: a part of the test's title. */
  readonly test: string;
}

export interface Enforcement {
  readonly rows: readonly EnforcementRow[];
  /** `module:/pointer` each. */
}

export type Schema = Readonly<Record<string, unknown>>;

export declare function readEnforcement(): Enforcement;
export declare function coverageProblems(
  settings: readonly SettingInfo[],
  enforcement: Enforcement,
): readonly string[];
export declare function rowProblems(
  row: EnforcementRow,
  read: (file: string) => string | undefined,
): readonly string[];
export declare function allRowProblems(enforcement: Enforcement): readonly string[];
export declare function referencePage(settings: readonly SettingInfo[]): string;
export declare function readSchemas(): ReadonlyMap<string, { readonly name: string; readonly text: string }>;
export declare function parseSchemas(
  files: ReadonlyMap<string, { readonly name: string; readonly text: string }>,
): ReadonlyMap<string, Schema>;
export declare function makeResolver(schemas: ReadonlyMap<string, Schema>): (name: string) => Schema;
export declare function collectSettings(root: Schema): readonly SettingInfo[];
