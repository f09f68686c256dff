/**
 * Electron's fuses: every one is decided, none is left as the release has it. A fuse of a newer Electron that is not in
 * this table stops the packaging until somebody has decided it.
 */
import { join } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses, getCurrentFuseWire } from '@electron/fuses';
import { SetupError } from '../lib/progress.mjs';

/** In the order of the wire. */
export const FUSES = {
  /** The executable is not a Node that runs any script. */
  RunAsNode: false,
  EnableCookieEncryption: true,
  /** NODE_OPTIONS and NODE_EXTRA_CA_CERTS. */
  EnableNodeOptionsEnvironmentVariable: false,
  /** --inspect and its family, and SIGUSR1. */
  EnableNodeCliInspectArguments: false,
  /** macOS and Windows; Linux has the package manager's checksums and a tree that only root can write. */
  EnableEmbeddedAsarIntegrityValidation: true,
  /** No resources/app directory beside the archive. */
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
  /** As Chromium is tested: out-of-bounds accesses of WebAssembly are caught by the processor. */
  WasmTrapHandlers: true,
};

const STATES = { 48: false, 49: true };

/** The executable that carries the wire, of an unpacked application. */
export function fusedFile(directory, platform, name) {
  if (platform === 'mac') return join(directory, `${name}.app`);
  return join(directory, platform === 'win' ? `${name}.exe` : name);
}

/** The wire as names and values. `undefined` stands for a fuse that is neither on nor off. */
export async function readFuses(executable) {
  const { version: _version, ...wire } = await getCurrentFuseWire(executable);
  return Object.fromEntries(
    Object.entries(wire).map(([index, state]) => [FuseV1Options[index] ?? `fuse ${index}`, STATES[state]]),
  );
}

/**
 * Sets all fuses and reads them back.
 *
 * @param {string} executable
 * @param {{ olderWire: boolean }} options `olderWire`: the development runtime has fewer fuses; the missing ones are left out
 * @throws {SetupError} when one of the wire has no value here, or the wire does not say what was asked
 */
export async function setFuses(executable, { olderWire }) {
  const there = Object.keys(await readFuses(executable));
  const names = Object.keys(FUSES).filter((name) => !olderWire || there.includes(name));
  await flipFuses(executable, {
    version: FuseVersion.V1,
    strictlyRequireAllFuses: true,
    ...Object.fromEntries(names.map((name) => [FuseV1Options[name], FUSES[name]])),
  });
  const found = await readFuses(executable);
  const wrong = Object.keys(found).find((name) => found[name] !== FUSES[name]);
  if (wrong !== undefined) throw new SetupError(`The fuse ${wrong} of ${executable} could not be set.`);
}
