/** The console's configuration file (README.md): JSON, every member checked, unknown ones refused. */
import { LISTEN, readConfigFile, TLS_FILES } from '../file-gate/config-file.ts';
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
} from '../file-gate/fields.ts';

/** What a second person can be asked for. */
export const MARKS = [
  'switch-service',
  'switch-user',
  'switch-machine',
  'switch-room',
  'switch-partner',
  'switch-feed',
  'release-file',
  'export-messages',
  'retention',
  'policy',
] as const;
export type Mark = (typeof MARKS)[number];

const DEFAULT_MARKS: readonly Mark[] = [
  'switch-service',
  'release-file',
  'export-messages',
  'retention',
  'policy',
];
/** These cannot be left out. */
const FIXED_MARKS: readonly Mark[] = ['switch-service', 'export-messages'];

const POLICY = object({
  /** The trust root that the clients ship, one DSSE envelope. */
  trustRoot: absolutePath,
  rings: list(
    object({
      name: text(/^[a-z0-9][a-z0-9-]{0,31}$/, 'a name of small letters, digits and -'),
      /** The bundle that the ring’s machines get: what their HTTPS drop serves, or their installation takes. */
      file: absolutePath,
      /** A machine file (`sallyport.machine/1`) of the ring: bundles are judged as this machine would. */
      machine: absolutePath,
      platform: optional(oneOf('linux', 'win32', 'darwin'), 'linux'),
    }),
    16,
  ),
});
type PolicyConfig = ReturnType<typeof POLICY>;

const CONFIG = {
  format: oneOf('sallyport.console/1'),
  listen: LISTEN,
  /** What administrators type; requests for another one are refused. */
  origin: text(
    /^https:\/\/[a-z0-9.-]{1,253}(?::\d{1,5})?$/,
    'https:// and a host, with a port when it is not 443',
  ),
  stateDirectory: absolutePath,
  tls: TLS_FILES,
  administrators: absolutePath,
  /** The kit's settings, `sallyport.server/1`. */
  server: absolutePath,
  /** The file gate's administrators' socket. */
  gateSocket: optional<string | undefined>(absolutePath, undefined),
  /** How policies go out: in the order of the rings. */
  policy: optional<PolicyConfig | undefined>(POLICY, undefined),
  /** Files that a collector writes the clients’ audit lines to (docs/audit.md). */
  collected: optional(list(absolutePath, 16), []),
  /** Minutes without a person's doing after which a session ends. */
  idleMinutes: optional(integer(1, 120), 10),
  /** How long a second person has. */
  approvalMinutes: optional(integer(1, 24 * 60), 30),
  twoPersons: optional(list(oneOf(...MARKS), MARKS.length), DEFAULT_MARKS),
  reloadSeconds: optional(integer(1, 3600), 2),
};

export type Config = ObjectOf<typeof CONFIG>;

const MAX_CONFIG_BYTES = 64 * 1024;

/** Reads and checks the file. @throws FieldError that names the member, or Node's error */
export function readConfig(path: string): Config {
  const config = readConfigFile(path, object(CONFIG), MAX_CONFIG_BYTES);
  const missing = FIXED_MARKS.find((mark) => !config.twoPersons.includes(mark));
  if (missing !== undefined) throw new FieldError(`/twoPersons must name ${missing}`);
  return config;
}
