/** Set by the bundler (esbuild `define`), so that test-only code is not even in a production bundle. */
declare const __TEST_BUILD__: boolean;
/** `version` of package.json. */
declare const __APP_VERSION__: string;
/** When this bundle was made, milliseconds since 1970; a lower bound for the time on this computer. */
declare const __BUILD_TIME__: number;
