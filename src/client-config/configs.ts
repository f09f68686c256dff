/** From the policy's settings to what each process gets to know: exactly what it needs. Pure. */
import { createHash, X509Certificate } from 'node:crypto';
import type { PolicySettings } from '../policy/index.ts';
import type { CertificateChoice, PresentationPolicy } from '../shared/app-state.ts';
import { AppError } from '../shared/errors.ts';
import type { FileOrigin, FilePolicy } from '../shared/file-contract.ts';
import { toBareJid } from '../shared/jid.ts';
import type { LabelRules } from '../shared/labels.ts';
import type { MessageTemplate } from '../shared/message-templates.ts';
import type { PasswordPolicy } from '../shared/password-contract.ts';
import type { ApprovedServer, GuardPolicy, SessionConfig } from '../shared/session-contract.ts';
import { NO_PREFS, type WatchPolicy, type WatchPrefs } from '../shared/watch-contract.ts';
import type { TokenConfig } from '../token/index.ts';

/** The facts about a policy that are shown. */
export interface PolicyFacts {
  readonly policyId: string;
  readonly sequence: number;
  /** ISO 8601. */
  readonly expires: string;
}

export function presentationPolicy(settings: PolicySettings, facts: PolicyFacts): PresentationPolicy {
  const { text, background, foreground } = settings.classification.banner;
  const files = filePolicy(settings);
  const labels = labelRules(settings);
  return {
    organisation: settings.organization.name,
    support: settings.organization.support,
    policyId: facts.policyId,
    sequence: facts.sequence,
    expires: facts.expires,
    banner: { text, background, foreground },
    consent: { title: settings.consent.title, text: settings.consent.text },
    domain: settings.domain,
    roomServices: [...settings.rooms.services],
    rooms: {
      create: settings.rooms.create,
      invite: settings.rooms.invite,
      whiteboard: settings.features.whiteboard,
    },
    people: {
      subscriptions: settings.contacts.subscriptions,
      directory: settings.contacts.directory,
      location: settings.features.location,
      activity: settings.features.pubsub,
      partnerDomains: settings.contacts.partnerDomains.map(({ domain: partner }) => partner.toLowerCase()),
    },
    ...(settings.features.commands ? { commands: true } : {}),
    ...feedPolicy(settings, ({ services, publish, people }) => ({
      services,
      publish,
      ...(people === true ? { people: settings.domain } : {}),
    })),
    signIn: {
      method: settings.authentication.method,
      passwordChange: passwordPolicy(settings)?.change ?? false,
    },
    cardRemoval: settings.authentication.cardRemoval,
    desktop: {
      copy: settings.desktop.copy,
      paste: settings.desktop.paste,
      dragAndDrop: settings.desktop.dragAndDrop,
    },
    linkHosts: [...settings.links.hosts],
    templates: messageTemplates(settings),
    ...(settings.history.export ? { exports: true } : {}),
    ...(files === undefined ? {} : { files: { maximumBytes: files.maximumBytes, types: [...files.types] } }),
    ...(labels.labels.catalogue.length === 0 ? {} : { labels }),
  };
}

/** Nothing where there are neither services nor people who publish. */
function feedPolicy<Part>(
  { feeds }: PolicySettings,
  part: (feeds: NonNullable<GuardPolicy['feeds']>) => Part,
): { readonly feeds?: Part } {
  if (feeds.services.length === 0 && !feeds.people) return {};
  const subscribe = feeds.subscribe.map(({ service, node }) => ({ service, node }));
  const people = feeds.people ? { people: true as const } : {};
  return { feeds: part({ services: [...feeds.services], subscribe, publish: feeds.publish, ...people }) };
}

/** A copy, so that nothing of the policy is shared. */
function messageTemplates({ templates }: PolicySettings): MessageTemplate[] {
  return templates.map((template) => ({
    ...template,
    fields: template.fields.map((field) => ({ ...field, options: [...field.options] })),
  }));
}

/** The catalogue and who may be sent what of it. */
function labelRules({ classification, contacts }: PolicySettings): LabelRules {
  const { labels, defaultLabel, maximumLabel, labelRequired } = classification;
  return {
    labels: {
      catalogue: labels.map((label) => ({ ...label })),
      ...(defaultLabel === undefined ? {} : { defaultLabel }),
      ...(maximumLabel === undefined ? {} : { maximumLabel }),
      required: labelRequired,
    },
    partners: contacts.partnerDomains.map((partner) => ({ ...partner })),
  };
}

function decodeDer(texts: readonly string[]): Uint8Array[] {
  return texts.map((text) => new Uint8Array(Buffer.from(text, 'base64')));
}

/** Base64 SHA-256 of a certificate's SubjectPublicKeyInfo. */
function spkiSha256(certificate: Uint8Array): string {
  const spki = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('base64');
}

/** Only this platform's modules reach the token process. */
export function tokenConfig(settings: PolicySettings, platform: NodeJS.Platform): TokenConfig {
  const { modules, certificate } = settings.authentication;
  const issuers = decodeDer(certificate.issuers);
  return {
    modules: modules
      .filter((module) => module.platform === platform)
      .map(({ path, sha256 }) => ({ path, sha256 })),
    certificate: {
      issuerSpkiSha256: issuers.map(spkiSha256),
      extendedKeyUsages: [...certificate.extendedKeyUsages],
      policyOids: [...certificate.policyOids],
      upnPattern: certificate.upnPattern,
      issuerCertificates: issuers,
    },
  };
}

export interface SessionFacts {
  readonly kid: string;
  /** This machine's lock keys. */
  readonly keys: readonly { readonly epoch: number; readonly key: Uint8Array }[];
  readonly identity: CertificateChoice;
  /** What this account's user chose about watching; absent: nothing. */
  readonly watchPrefs?: WatchPrefs;
  /** The card's certificate with what TLS sends along; `undefined`: sign-in by password. */
  readonly selection: { readonly certificate: Uint8Array; readonly chain: readonly Uint8Array[] } | undefined;
}

/** How passwords are used; `undefined`: they are not. */
export function passwordPolicy({ authentication }: PolicySettings): PasswordPolicy | undefined {
  const { method, password } = authentication;
  if (method === 'card') return undefined;
  const { minLength, minClasses, mechanisms, change } = password;
  return { rules: { minLength, minClasses }, mechanisms: [...mechanisms], change };
}

/** What the stanza guard enforces. */
export function guardPolicy(settings: PolicySettings): GuardPolicy {
  const { domain, contacts, rooms, files, authentication } = settings;
  return {
    domain,
    ...labelRules(settings),
    subscriptions: contacts.subscriptions,
    rooms: { services: [...rooms.services], create: rooms.create, invite: rooms.invite },
    directory: contacts.directory,
    location: settings.features.location,
    activity: settings.features.pubsub,
    commands: settings.features.commands,
    whiteboard: settings.features.whiteboard,
    ...(settings.features.acknowledgements ? { acknowledgements: true } : {}),
    templates: messageTemplates(settings),
    ...feedPolicy(settings, (feeds) => feeds),
    passwordChange: authentication.method !== 'card' && authentication.password.change,
    ...(files.mode === 'gate' && files.gate !== undefined
      ? {
          fileGate: {
            host: files.gate.host,
            port: files.gate.port,
            path: files.gate.path,
            maximumBytes: files.maximumBytes,
            types: [...files.types],
          },
        }
      : {}),
  };
}

/** The gate and what may go through it; `undefined`: files are off. */
export function filePolicy({ files, desktop }: PolicySettings): FilePolicy | undefined {
  const { mode, gate, maximumBytes, types } = files;
  if (mode !== 'gate' || gate === undefined) return undefined;
  const origins: FileOrigin[] = ['choose'];
  if (desktop.paste) origins.push('paste');
  if (desktop.dragAndDrop) origins.push('drop');
  const { host, port, spkiPins, path } = gate;
  return { host, port, pins: [...spkiPins], path, maximumBytes, types: [...types], origins };
}

/** This platform's folders for received files, in the policy's order; empty: the Downloads folder. */
export function saveDirectories({ files }: PolicySettings, platform: NodeJS.Platform): readonly string[] {
  return files.saveDirectories.filter((entry) => entry.platform === platform).map(({ path }) => path);
}

function policyDrop({ policySource: { drop } }: PolicySettings): Pick<SessionConfig, 'policyDrop'> {
  if (drop === undefined) return {};
  const { host, port, spkiPins, path } = drop;
  return { policyDrop: { host, port, pins: [...spkiPins], path } };
}

function approvedServer(place: {
  readonly host: string;
  readonly port: number;
  readonly spkiPins: readonly string[];
}): ApprovedServer {
  return { host: place.host, port: place.port, pins: [...place.spkiPins] };
}

/**
 * What goes with the way of signing in. Without a card there is nothing to show to the file gate and to the policy's
 * drop, which ask for a certificate: files are off then, and the policy comes from this computer alone.
 *
 * @throws AppError LOGIN_REQUIRED when the policy does not allow passwords and there is no card
 */
function signInParts(
  settings: PolicySettings,
  { identity, selection }: SessionFacts,
): Pick<SessionConfig, 'identity' | 'password' | 'guard' | 'files' | 'policyDrop'> {
  const { commonName, upn, issuer, notAfter } = identity;
  const person = { commonName, upn, issuer, notAfter };
  const guard = guardPolicy(settings);
  if (selection !== undefined) {
    const files = filePolicy(settings);
    return {
      identity: { certificate: selection.certificate, chain: selection.chain, ...person },
      guard: { ...guard, passwordChange: false },
      ...(files === undefined ? {} : { files }),
      ...policyDrop(settings),
    };
  }
  const password = passwordPolicy(settings);
  if (password === undefined) throw new AppError('LOGIN_REQUIRED');
  const { fileGate: _withoutCard, ...guardWithoutFiles } = guard;
  return {
    identity: { certificate: new Uint8Array(), chain: [], ...person },
    password: { ...password, username: commonName },
    guard: guardWithoutFiles,
  };
}

/** What is watched for, how it is announced, and which rooms stand side by side. */
export function watchPolicy({ watchwords, watchFloor, notifications }: PolicySettings): WatchPolicy {
  return {
    lists: watchwords.map(({ name, severity, sound, repeat, words }) => ({
      name,
      severity,
      sound,
      repeat,
      words: [...words],
    })),
    layouts: watchFloor.layouts.map(({ name, rooms }) => ({
      name,
      tiles: rooms.flatMap((room) => {
        const jid = toBareJid(room);
        return jid === undefined ? [] : [{ jid, kind: 'room' as const }];
      }),
    })),
    notifications: { enabled: notifications.enabled, content: notifications.content },
  };
}

/** Servers with equal priority keep the order of the policy (sort is stable). */
export function sessionConfig(settings: PolicySettings, facts: SessionFacts): SessionConfig {
  const { tls, lock, rooms } = settings;
  return {
    domain: settings.domain,
    servers: [...settings.servers].sort((a, b) => a.priority - b.priority).map(approvedServer),
    trustAnchors: decodeDer(settings.trustAnchors),
    tls: {
      minVersion: tls.minVersion,
      maxVersion: tls.maxVersion,
      groups: [...tls.groups],
      cipherSuites: [...tls.cipherSuites],
      cipherList: [...tls.cipherList],
      requireFips: tls.requireFips,
      ...(tls.revocation === 'crl' ? { revocationLists: decodeDer(tls.crls) } : {}),
      integrityOnly: tls.integrityOnly,
    },
    lock: {
      kid: facts.kid,
      bindings: [...lock.bindings],
      keys: [...facts.keys].sort((a, b) => b.epoch - a.epoch),
    },
    rooms: { autojoin: [...rooms.autojoin] },
    ...signInParts(settings, facts),
    ...(settings.audit.syslog === undefined ? {} : { collector: approvedServer(settings.audit.syslog) }),
    resourcePrefix: 'sallyport',
    watch: { policy: watchPolicy(settings), prefs: facts.watchPrefs ?? NO_PREFS },
  };
}
