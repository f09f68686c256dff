/** The version of the command, as in package.json (a test compares the two). */
export const TOOL_VERSION = '0.1.0';
