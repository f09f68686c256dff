/** The gate's configuration file (README.md): JSON, every member checked, unknown ones refused. */
import { readFileSync, statSync } from 'node:fs';
import { HOST, LISTEN, readConfigFile, TLS_FILES } from './config-file.ts';
import {
  absolutePath,
  FieldError,
  integer,
  list,
  type ObjectOf,
  object,
  oneOf,
  optional,
  text,
} from './fields.ts';
import { DEFAULT_TYPES, KNOWN_TYPES } from './types.ts';

const MIB = 1024 * 1024;
const DAY = 86_400;

const domain = text(/^(?=.{1,253}$)[a-z0-9-]+(?:\.[a-z0-9-]+)*$/, 'a domain in lower case');
const absent: undefined = undefined;

const SLOTS = {
  /** Prosody's `http_file_share_secret`. */
  jwtSecretFile: optional<string | undefined>(absolutePath, absent),
  /** The external secret of ejabberd's mod_http_upload or Prosody's mod_http_upload_external. */
  hmacSecretFile: optional<string | undefined>(absolutePath, absent),
  /** `path-sha1`: the path begins with the SHA-1 of the owner's address (ejabberd's `jid_in_url: sha1`), and it must be the card's. */
  hmacOwner: optional(oneOf('path-sha1', 'any'), 'path-sha1'),
};

const SCANNER = {
  socket: optional<string | undefined>(absolutePath, absent),
  host: optional<string | undefined>(HOST, absent),
  port: optional<number | undefined>(integer(1, 65_535), absent),
  parallel: optional(integer(1, 32), 4),
  timeoutSeconds: optional(integer(1, 3600), 120),
  /** The longest pause between two tries while clamd does not answer. */
  retrySeconds: optional(integer(1, 600), 30),
};

const LIMITS = {
  maximumBytes: optional(integer(1, 4 * 1024 * MIB), 100 * MIB),
  parallelUploads: optional(integer(1, 1024), 32),
  /** Uploads that may wait for their turn; more are told to come again. */
  waitingUploads: optional(integer(0, 4096), 256),
  waitSeconds: optional(integer(1, 600), 60),
  /** Uploads of one person, waiting ones included. */
  uploadsPerPerson: optional(integer(1, 4096), 16),
  connections: optional(integer(1, 65_535), 1024),
  connectionsPerCard: optional(integer(1, 65_535), 64),
  /** Files that one person may fetch in a minute. */
  downloadsPerMinute: optional(integer(1, 1_000_000), 600),
  /** Refusals of one person that are logged in a minute; behind them everything is refused until it is over. */
  refusalsPerMinute: optional(integer(1, 1_000_000), 120),
  minimumBytesPerSecond: optional(integer(1, 100 * MIB), 4096),
  /** The time over which the rate is measured, and how long a connection may be silent. */
  rateWindowSeconds: optional(integer(1, 600), 20),
  headerSeconds: optional(integer(1, 120), 10),
  /** Free room that the gate leaves on its disk. */
  reserveBytes: optional(integer(0, 1024 * 1024 * MIB), 256 * MIB),
};

const ARCHIVES = {
  depth: optional(integer(0, 16), 3),
  entries: optional(integer(1, 1_000_000), 10_000),
  expandedBytes: optional(integer(1, 64 * 1024 * MIB), 1024 * MIB),
  /** Expanded size over packed size, of the whole file. */
  ratio: optional(integer(1, 10_000), 200),
  timeoutSeconds: optional(integer(1, 3600), 60),
};

const RETENTION = {
  releasedSeconds: optional(integer(1, 3650 * DAY), 30 * DAY),
  quarantinedSeconds: optional(integer(1, 3650 * DAY), 90 * DAY),
};

const CONFIG = {
  format: oneOf('sallyport.file-gate/1'),
  domain,
  listen: LISTEN,
  /** What slot paths begin with. */
  basePath: optional(text(/^\/(?:[A-Za-z0-9._-]+\/)*$/, 'a path that begins and ends with /'), '/'),
  stateDirectory: absolutePath,
  adminSocket: absolutePath,
  journal: absolutePath,
  tls: TLS_FILES,
  /** The table of cards and accounts that the XMPP server uses, `sallyport.card-accounts/1`. */
  accounts: absolutePath,
  /** The server kit's kill switch, `sallyport.switch/3`. */
  switch: optional<string | undefined>(absolutePath, absent),
  /** How often changed files (accounts, switch, certificates, CRLs) are looked for. */
  reloadSeconds: optional(integer(1, 3600), 2),
  slots: object(SLOTS),
  scanner: object(SCANNER),
  limits: optional(object(LIMITS), object(LIMITS)({}, '')),
  types: optional(list(oneOf(...KNOWN_TYPES), 256), DEFAULT_TYPES),
  archives: optional(object(ARCHIVES), object(ARCHIVES)({}, '')),
  retention: optional(object(RETENTION), object(RETENTION)({}, '')),
};

export type Config = ObjectOf<typeof CONFIG>;
export type Limits = Config['limits'];
export type ArchiveLimits = Config['archives'];

const MAX_CONFIG_BYTES = 256 * 1024;

/** Reads and checks the file. @throws FieldError that names the member, or Node's error */
export function readConfig(path: string): Config {
  const config = readConfigFile(path, object(CONFIG), MAX_CONFIG_BYTES);
  const { slots, scanner } = config;
  if (slots.jwtSecretFile === undefined && slots.hmacSecretFile === undefined)
    throw new FieldError('/slots names no secret');
  const tcp = scanner.host !== undefined && scanner.port !== undefined;
  if (
    (scanner.socket === undefined) === !tcp ||
    (scanner.socket !== undefined && (scanner.host ?? scanner.port) !== undefined)
  )
    throw new FieldError('/scanner must name either a socket or host and port');
  return config;
}

const MIN_SECRET_BYTES = 32;
const MAX_SECRET_BYTES = 1024;

/** A secret's file: text, its trailing line end not part of it, not readable by others. @throws FieldError */
export function readSecret(path: string): Buffer {
  const { mode, size } = statSync(path);
  if ((mode & 0o007) !== 0) throw new FieldError(`${path} can be read by everybody`);
  if (size > MAX_SECRET_BYTES) throw new FieldError(`${path} is too large for a secret`);
  const secret = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  if (Buffer.byteLength(secret) < MIN_SECRET_BYTES)
    throw new FieldError(`${path} holds less than ${MIN_SECRET_BYTES} bytes`);
  return Buffer.from(secret);
}
