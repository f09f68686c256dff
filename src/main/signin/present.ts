/** What the windows are shown of the sign-in's state. Pure. */
import type {
  AppState,
  BuildInfo,
  PinPrompt,
  PolicyWarning,
  PresentationPolicy,
  SignInState,
} from '../../shared/app-state.ts';
import type { SignInMachine } from './model.ts';

export interface Presentation {
  readonly build: BuildInfo;
  readonly policy: PresentationPolicy;
  readonly bundleSha256: string;
  /** An update of the policy that was refused. */
  readonly warning?: PolicyWarning | undefined;
  /** ISO 8601; while the policy is about to expire. */
  readonly expiring?: string | undefined;
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
  { build, policy, bundleSha256, warning, expiring }: Presentation,
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
