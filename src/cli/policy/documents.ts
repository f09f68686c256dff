/** Reading the documents that the command is given, and refusing what the client would refuse. */
import {
  type BundleFile,
  type Envelope,
  type MachineFile,
  type Overlay,
  type Policy,
  parseCanonical,
  type Root,
  readBundleFile,
  readEnvelope,
  readMachineFile,
  readOverlay,
  readPolicy,
  readRootDocument,
  readUpdate,
  type UpdateManifest,
} from '../../policy/index.ts';
import { CliError } from './cli-error.ts';
import { readInput, readJson } from './files.ts';

function checked<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw new CliError('usage', `${path}: ${error instanceof Error ? error.message : 'not valid'}`, {
      cause: error,
    });
  }
}

/** A policy document, pretty or canonical. */
export function loadPolicyDocument(path: string): Policy {
  return checked(path, () => readPolicy(readJson(path)));
}

/** A root envelope. Its signatures are not checked here. */
export function loadEnvelope(path: string): Envelope {
  return checked(path, () => readEnvelope(readJson(path)));
}

/** machine.json. */
export function loadMachine(path: string): MachineFile {
  return checked(path, () => readMachineFile(readJson(path)));
}

/** A bundle. Its signatures are not checked here. */
export function loadBundle(path: string): BundleFile {
  const bytes = readInput(path);
  return checked(path, () => {
    const parsed = parseCanonical(bytes);
    if (!parsed.ok) throw new CliError('usage', `${path} is no bundle (${parsed.problem})`);
    return readBundleFile(parsed.value);
  });
}

/** The payload of an envelope, read as canonical JSON. */
export function payloadOf(envelope: Envelope, path: string): unknown {
  const parsed = parseCanonical(Buffer.from(envelope.payload, 'base64'));
  if (!parsed.ok) throw new CliError('usage', `${path}: the payload is not canonical (${parsed.problem})`);
  return parsed.value;
}

/** The root inside an envelope. */
export function rootOf(envelope: Envelope, path: string): Root {
  return checked(path, () => readRootDocument(payloadOf(envelope, path)));
}

/** The policy inside an envelope. */
export function policyOf(envelope: Envelope, path: string): Policy {
  return checked(path, () => readPolicy(payloadOf(envelope, path)));
}

/** The overlay inside an envelope. */
export function overlayOf(envelope: Envelope, path: string): Overlay {
  return checked(path, () => readOverlay(payloadOf(envelope, path)));
}

/** The update manifest inside an envelope. */
export function updateOf(envelope: Envelope, path: string): UpdateManifest {
  return checked(path, () => readUpdate(payloadOf(envelope, path)));
}

/** A policy document, or the policy inside a bundle (whose signatures are not checked here). */
export function loadAnyPolicy(path: string): Policy {
  const value = readJson(path);
  const isBundle = typeof value === 'object' && value !== null && Object.hasOwn(value, 'format');
  return isBundle ? policyOf(loadBundle(path).policy, path) : loadPolicyDocument(path);
}
