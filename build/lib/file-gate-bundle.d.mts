export function bundleFileGate(directory: string): Promise<string>;
