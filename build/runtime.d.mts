/** An installed Electron runtime. */
export interface Runtime {
  /** Path of the executable. */
  readonly executable: string;
  readonly directory: string;
  readonly version: string;
  /** `development` is an old release for development and tests only. */
  readonly kind: 'release' | 'development';
}
export const PINNED_VERSION: string;
export function resolveRuntime(options?: { readonly download?: boolean }): Promise<Runtime>;
export function announceRuntime(runtime: Runtime): void;
