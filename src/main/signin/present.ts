/** What the windows are shown of the sign-in's state. Pure. */
import type {
  AppState,
  BuildInfo,
  LastSignIn,
  PinPrompt,
  PolicyWarning,
  PresentationPolicy,
  SignInState,
  UpdateNotice,
} from '../../shared/app-state.ts';
import type { PasswordPrompt, PasswordRules } from '../../shared/password-contract.ts';
import type { SignInMachine } from './model.ts';
import { heldByPassword } from './password-steps.ts';

export interface Presentation {
  readonly build: BuildInfo;
  readonly policy: PresentationPolicy;
  readonly bundleSha256: string;
  /** An update of the policy that was refused. */
  readonly warning?: PolicyWarning | undefined;
  /** ISO 8601; while the policy is about to expire. */
  readonly expiring?: string | undefined;
  readonly update?: UpdateNotice | undefined;
  readonly lastSignIn?: LastSignIn | undefined;
}

function presentStep({ step, held }: SignInMachine): SignInState {
  switch (step.at) {
    case 'consent':
      return { step: 'consent' };
    case 'card':
      return step.error === undefined ? { step: 'card' } : { step: 'card', error: step.error };
    case 'certificate':
      return { step: 'certificate', choices: step.choices };
    case 'selecting':
    case 'pin':
      return { step: 'pin', identity: step.identity };
    case 'password':
      return {
        step: 'password',
        ...(step.username === undefined ? {} : { username: step.username }),
        ...(step.error === undefined ? {} : { error: step.error }),
      };
    case 'connecting':
      if (held === undefined) return { step: 'card' };
      return {
        step: 'connecting',
        identity: held.identity,
        ...(step.error === undefined ? {} : { error: step.error }),
      };
    case 'online':
      return held === undefined ? { step: 'card' } : { step: 'online', identity: held.identity };
    case 'stopped':
      return {
        step: 'stopped',
        retry: step.retry,
        ...(step.error === undefined ? {} : { error: step.error }),
      };
    case 'ended':
      return { step: 'stopped', retry: false, error: step.error };
  }
}

export function presentState(
  machine: SignInMachine,
  { build, policy, bundleSha256, warning, expiring, update, lastSignIn }: Presentation,
): AppState {
  if (machine.step.at === 'ended') {
    return { kind: 'locked', build, error: machine.step.error, bundleSha256, support: policy.support };
  }
  return {
    kind: 'running',
    build,
    policy,
    signIn: presentStep(machine),
    screenLocked: machine.covered !== undefined,
    ...(warning === undefined ? {} : { policyWarning: warning }),
    ...(expiring === undefined ? {} : { policyExpiring: expiring }),
    ...(update === undefined ? {} : { update }),
    ...(lastSignIn === undefined || machine.step.at !== 'online' ? {} : { lastSignIn }),
  };
}

/** What the PIN window shows; `undefined` while there is no PIN to ask for. */
export function presentPrompt(machine: SignInMachine, policy: PresentationPolicy): PinPrompt | undefined {
  const { step, token } = machine;
  if (step.at !== 'pin') return undefined;
  const card = token.kind === 'card' ? token : undefined;
  return {
    identity: step.identity,
    finalTry: card?.finalTry ?? false,
    pinPad: card?.pinPad ?? false,
    banner: policy.banner,
    ...(card?.locked === true ? { error: { code: 'PIN_LOCKED' } } : {}),
  };
}

/** What the password window shows; `undefined` while there is no password to ask for. */
export function presentPasswordPrompt(
  machine: SignInMachine,
  policy: PresentationPolicy,
  change: PasswordRules | undefined,
): PasswordPrompt | undefined {
  const { step, held } = machine;
  const common = { banner: policy.banner, domain: policy.domain };
  if (step.at === 'online' && heldByPassword(held) && change !== undefined) {
    return { ...common, ask: 'change', username: held.identity.commonName, rules: change };
  }
  if (step.at !== 'password') return undefined;
  return {
    ...common,
    ask: 'sign-in',
    covered: machine.covered !== undefined,
    ...(step.username === undefined ? {} : { username: step.username }),
    ...(step.error === undefined ? {} : { error: step.error }),
  };
}
