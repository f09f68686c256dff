/** The repository's root. */
export const ROOT: string;
export const IS_ROOT: boolean;
export function cacheDirectory(): string;
