/** The settings of a first policy, from the few things that `init` asks for; everything else keeps its safe default. */
import { createHash, X509Certificate } from 'node:crypto';
import { effectiveSettings, type PolicySettingsInput } from '../../policy/index.ts';
import { moduleSha256 } from '../../token/module-file.ts';
import { CliError } from './cli-error.ts';
import { readInput } from './files.ts';
import { OFFICIAL_LABELS } from './official-labels.ts';
import { templateSettings } from './template.ts';

const DEFAULT_PORT = 5223;
const MAX_PORT = 65_535;

/** What an organisation has to say about itself; what is absent stays an example that `lint` points at. */
export interface DraftAnswers {
  readonly organization?: string;
  readonly support?: string;
  readonly domain?: string;
  /** `HOST` or `HOST:PORT`; the port is 5223 without one. */
  readonly server?: readonly string[];
  /** The servers' certificates (PEM): the keys in them are pinned. */
  readonly serverCertificate?: readonly string[];
  /** Further pins, `sha256/…`: the key that lies ready for the next certificate. */
  readonly spkiPin?: readonly string[];
  /** CA certificates (PEM). */
  readonly trustAnchor?: readonly string[];
  /** PKCS#11 modules of the workstations that are installed here: path and hash are taken. */
  readonly module?: readonly string[];
  /** The banner's text. */
  readonly classification?: string;
  /** The catalogue begins with {@link OFFICIAL_LABELS}. */
  readonly officialLabels?: true;
}

/** The certificates in a PEM file. */
export function certificatesIn(path: string): readonly X509Certificate[] {
  const text = readInput(path).toString('latin1');
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (found.length > 0) return found.map((pem) => new X509Certificate(pem));
  } catch {
    throw new CliError('usage', `${path} holds a certificate that cannot be read`);
  }
  throw new CliError('usage', `${path} holds no certificate (PEM)`);
}

/** A certificate's pin, as the policy writes it. */
export function pinOf(certificate: X509Certificate): string {
  const spki = certificate.publicKey.export({ type: 'spki', format: 'der' });
  return `sha256/${createHash('sha256').update(spki).digest('base64')}`;
}

function serverOf(text: string): { host: string; port: number } {
  const [, bracketed, plain, port] = /^(?:\[([0-9a-fA-F:.]+)\]|([^:]+))(?::([0-9]{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = port === undefined ? DEFAULT_PORT : Number(port);
  if (host === undefined || number < 1 || number > MAX_PORT) {
    throw new CliError('usage', `--server: HOST or HOST:PORT, not ${JSON.stringify(text)}`);
  }
  return { host: host.toLowerCase(), port: number };
}

function serversOf({ server, serverCertificate, spkiPin }: DraftAnswers) {
  if (server === undefined) return {};
  const certificates = (serverCertificate ?? []).flatMap((path) => certificatesIn(path).slice(0, 1));
  const pins = [...new Set([...certificates.map(pinOf), ...(spkiPin ?? [])])];
  if (pins.length === 0) {
    throw new CliError('usage', '--server needs a pin: --server-certificate FILE or --spki-pin sha256/…');
  }
  const servers = server.map((text, at) => ({ ...serverOf(text), spkiPins: pins, priority: 10 + at }));
  return { servers };
}

async function modulesOf(paths: readonly string[]) {
  const modules = [];
  for (const path of paths) {
    const sha256 = await moduleSha256(path).catch(() => {
      throw new CliError('io', `${path} cannot be read`);
    });
    modules.push({ path, platform: process.platform, sha256 });
  }
  return modules;
}

/**
 * Settings with the answers in the places of the examples.
 *
 * @throws CliError for a file that cannot be used; AppError SCHEMA for an answer that the schema refuses
 */
export async function draftSettings(answers: DraftAnswers): Promise<PolicySettingsInput> {
  const template = templateSettings();
  const { organization, support, domain, trustAnchor, module, classification, officialLabels } = answers;
  const settings = {
    ...template,
    organization: {
      ...template.organization,
      ...(organization === undefined ? {} : { name: organization }),
      ...(support === undefined ? {} : { support }),
    },
    ...(domain === undefined ? {} : { domain: domain.toLowerCase() }),
    ...serversOf(answers),
    ...(trustAnchor === undefined
      ? {}
      : {
          trustAnchors: trustAnchor.flatMap(certificatesIn).map(({ raw }) => raw.toString('base64')),
        }),
    ...(module === undefined
      ? {}
      : { authentication: { ...template.authentication, modules: await modulesOf(module) } }),
    classification: {
      ...template.classification,
      ...(officialLabels === undefined ? {} : { labels: OFFICIAL_LABELS }),
      banner: {
        ...template.classification?.banner,
        ...(classification === undefined ? {} : { text: classification }),
      },
    },
  } as unknown as PolicySettingsInput;
  effectiveSettings(settings);
  return settings;
}
