export const PROSODY_DEFAULTS: Readonly<Record<string, string | number | boolean | readonly string[]>>;
export const PROSODY_CODE: { readonly 'lock-module': string; readonly 'client-verify': string };
