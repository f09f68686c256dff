export const EJABBERD_DEFAULTS: Readonly<Record<string, string | number | boolean | readonly string[]>>;
