/** The versions that Electron's executable carries in itself. It may be for another system, so it is read and not run. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const PATTERNS = {
  chromium: /Chrome\/(\d+\.\d+\.\d+\.\d+)/,
  node: /node-v(\d+\.\d+\.\d+)(?:-headers)?\.tar\.gz/,
  v8: /\b(\d+\.\d+\.\d+\.\d+-electron\.\d+)\b/,
};

/** @param {string} executable or a macOS bundle, whose framework then is read */
export function versionsInside(executable) {
  const file = statSync(executable).isDirectory()
    ? join(executable, 'Contents/Frameworks/Electron Framework.framework/Electron Framework')
    : executable;
  const bytes = readFileSync(file);
  // Texts of the executable are ASCII; latin1 keeps every byte one character. In parts, because a string has its limits.
  const found = {};
  const STEP = 64 * 1024 * 1024;
  for (let at = 0; at < bytes.length; at += STEP) {
    const text = bytes.toString('latin1', at, Math.min(bytes.length, at + STEP + 256));
    for (const [name, pattern] of Object.entries(PATTERNS)) {
      const match = found[name] === undefined ? pattern.exec(text) : null;
      if (match !== null) found[name] = match[1];
    }
  }
  return Object.fromEntries(Object.keys(PATTERNS).map((name) => [name, found[name] ?? 'unknown']));
}
