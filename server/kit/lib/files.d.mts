/** @throws ToolError when it cannot be read, is no JSON or has another `format` than this or `older` */
export function readDocument(path: string, format: string, older?: string): Readonly<Record<string, unknown>>;

/** Replaces a file by way of a new one beside it; owner, group and mode of the old one stay. @throws ToolError */
export function replaceFile(path: string, data: string | Uint8Array, mode?: number): void;
