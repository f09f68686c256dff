export const EJABBERD_DEFAULTS: Readonly<Record<string, string | number | boolean | readonly string[]>>;
export const EJABBERD_TEXTS: readonly string[];
