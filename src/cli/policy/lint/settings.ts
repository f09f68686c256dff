/** Settings: what this version does not do, what is left from the template, what is looser than the default. */

import { requireEnforceable } from '../../../policy/enforcement.ts';
import {
  acknowledgement,
  CLIENT_ENFORCES,
  canonicalText,
  compareTightness,
  type PolicySettings,
  SETTINGS,
  type SettingInfo,
  settingAt,
  valueAt,
} from '../../../policy/index.ts';
import { withValueAt } from '../../../policy/pointer.ts';
import { AppError } from '../../../shared/errors.ts';
import { shown } from '../values.ts';
import { type Check, error, type Finding, type LintInput, warning } from './finding.ts';

const isSame = (a: unknown, b: unknown) => canonicalText(a) === canonicalText(b);

/**
 * What the client's own step 15 refuses. It names one setting at a time: each is taken out of the question, until nothing
 * is left.
 */
function unenforceable(settings: PolicySettings): Finding[] {
  const findings = new Map<string, Finding>();
  const acknowledged = new Set(CLIENT_ENFORCES);
  let asked = settings;
  for (;;) {
    const refusal = refusalOf(asked, acknowledged);
    if (refusal === undefined) return [...findings.values()];
    const { info, module } = refusal;
    const { pointer, honours } = info;
    const entry = acknowledgement(module, pointer);
    const isValue = acknowledged.has(entry) || !info.enforcedBy.includes(module);
    const sentence = isValue
      ? `This version of the client honours only ${(honours ?? []).map((one) => shown(one)).join(', ')}.`
      : `This version of the client does not enforce it (${module}), and refuses the policy.`;
    findings.set(pointer, error('UNENFORCEABLE', pointer, sentence, 'Leave the setting out.'));
    if (isValue) asked = withValueAt(asked, pointer, honours?.[0]);
    else acknowledged.add(entry);
  }
}

function refusalOf(settings: PolicySettings, acknowledged: ReadonlySet<string>) {
  try {
    requireEnforceable(settings, acknowledged);
    return undefined;
  } catch (problem) {
    if (!(problem instanceof AppError) || problem.code !== 'UNENFORCEABLE') throw problem;
    const info = settingAt(String(problem.detail?.setting));
    if (info === undefined) throw problem;
    return { info, module: String(problem.detail?.module) };
  }
}

/** Settings whose example is nobody's: left in place it connects to nothing, or trusts a stranger. */
const MUST_BE_OWN = [
  '/organization/name',
  '/organization/support',
  '/domain',
  '/servers',
  '/trustAnchors',
  '/authentication/modules',
];

function leftover({ pointer, example }: SettingInfo, value: unknown): Finding[] {
  if (!MUST_BE_OWN.includes(pointer) || !isSame(example, value)) return [];
  return [
    warning(
      'STILL_THE_EXAMPLE',
      pointer,
      'It is still the example of the template.',
      'Put in what holds for you.',
    ),
  ];
}

function looser(info: SettingInfo, settings: PolicySettings, value: unknown): Finding[] {
  if (info.default === undefined || value === undefined) return [];
  const before = { value: info.default, settings };
  if (compareTightness(info.tighter, before, { value, settings }) !== 'looser') return [];
  const sentence = `${shown(value)} allows more than the default ${shown(info.default)}. ${info.risk}`;
  return [
    warning(
      'LOOSER_THAN_DEFAULT',
      info.pointer,
      sentence,
      'Keep it if that is meant; else leave the setting out.',
    ),
  ];
}

/** Every list of pins in the settings, with the place where it stands. */
function pinLists(value: unknown, pointer = ''): (readonly [string, readonly unknown[]])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, below]) =>
    name === 'spkiPins' && Array.isArray(below)
      ? [[`${pointer}/spkiPins`, below] as const]
      : pinLists(below, `${pointer}/${name}`),
  );
}

function pins(settings: PolicySettings): Finding[] {
  return pinLists(settings)
    .filter(([, list]) => list.length === 1)
    .map(([pointer]) =>
      warning(
        'NO_BACKUP_PIN',
        pointer,
        'Only one pin: when that key is lost or replaced, every client is locked out until it has a new policy.',
        'Make the next key now, keep it offline, and add its pin.',
      ),
    );
}

function epochs({ lock }: PolicySettings): Finding[] {
  if (lock.epochs.length <= 2) return [];
  const sentence = `The server accepts the newest epoch and the one before it; ${lock.epochs.slice(2).join(', ')} never work.`;
  return [warning('EPOCHS_TOO_MANY', '/lock/epochs', sentence, 'List the newest two.')];
}

function modules({ policy, settings }: LintInput): Finding[] {
  if (settings === undefined || settings.authentication.method === 'password') return [];
  const named = policy.audience.platforms;
  const covered = new Set<string>(settings.authentication.modules.map(({ platform }) => platform));
  const findings: Finding[] = (named ?? ['linux', 'win32', 'darwin'])
    .filter((platform) => !covered.has(platform))
    .map((platform) => {
      const sentence = `No PKCS#11 module for ${platform}: nobody can sign in there.`;
      const fix = 'Add a module, or leave the platform out of /audience/platforms.';
      const make = named === undefined ? warning : error;
      return make('NO_MODULE_FOR_PLATFORM', '/authentication/modules', sentence, fix);
    });
  for (const { path } of settings.authentication.modules) {
    if (!path.includes('p11-kit-proxy')) continue;
    const sentence = `${path} shows no removal of a card at once: /authentication/cardRemoval acts late.`;
    findings.push(
      warning(
        'MODULE_WITHOUT_EVENTS',
        '/authentication/modules',
        sentence,
        "Name the card vendor's own module.",
      ),
    );
  }
  return findings;
}

function pinPad({ authentication, session }: PolicySettings): Finding[] {
  const { pinMaxAgeMinutes } = authentication;
  if (pinMaxAgeMinutes === 0 || pinMaxAgeMinutes >= session.idleLockMinutes) return [];
  const sentence = `The PIN is asked for every ${pinMaxAgeMinutes} minutes, more often than an idle screen locks (${session.idleLockMinutes}): on a reader with a PIN pad each time means the pad.`;
  return [
    warning(
      'PIN_ASKED_OFTEN',
      '/authentication/pinMaxAgeMinutes',
      sentence,
      'Lock idle screens sooner in place of asking for the PIN more often.',
    ),
  ];
}

function perSetting(settings: PolicySettings): Finding[] {
  return SETTINGS.flatMap((info) => {
    const value = valueAt(settings, info.pointer);
    return [...leftover(info, value), ...looser(info, settings, value)];
  });
}

export const checkSettings: Check = (input) => {
  const { settings } = input;
  if (settings === undefined) return [];
  return [
    ...unenforceable(settings),
    ...perSetting(settings),
    ...pins(settings),
    ...epochs(settings),
    ...modules(input),
    ...pinPad(settings),
  ];
};
