/** Obeying a policy that changes while the client runs: what follows from each change, and what leads to one. */
import { BUNDLE_NAME, MACHINE_NAME, UPDATE_NAME } from '../../policy-files/index.ts';
import type { TokenConfig } from '../../token/index.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import type { PolicyReloader } from '../policy/reloader.ts';
import { FileWatch } from '../policy/watch-files.ts';
import type { SignInEvent } from '../signin/model.ts';

/** Those who obey. */
export interface PolicyFollowers {
  dispatch(event: SignInEvent): void;
  /** Tells the windows what has changed for them. */
  show(): void;
  configureToken(config: TokenConfig): void;
}

export interface PolicyWatchOptions {
  readonly policy: PolicyHolder;
  readonly tokenConfig: () => TokenConfig;
  readonly followers: PolicyFollowers;
}

/**
 * What takes effect at once does so by being asked of the holder each time; what other processes were started with ends
 * the session that uses it.
 */
export function followPolicy({ policy, tokenConfig, followers }: PolicyWatchOptions): void {
  policy.subscribe(({ after, effect }) => {
    if (effect === 'restart') {
      followers.dispatch({ type: 'shut', error: { code: 'POLICY_RESTART' } });
      return;
    }
    if (effect !== 'none') {
      const { cardRemoval, method } = after.loaded.settings.authentication;
      followers.dispatch({ type: 'policy', cardRemoval, method, ends: effect === 'sign-in' });
    }
    if (effect === 'sign-in') followers.configureToken(tokenConfig());
    followers.show();
  });
}

/** Has the sources looked at again whenever the files of the machine-wide directory change. */
export function watchMachineFiles(directory: string, reloader: PolicyReloader): FileWatch {
  return new FileWatch({
    directory,
    names: [BUNDLE_NAME, MACHINE_NAME, UPDATE_NAME],
    onChange: () => reloader.request(),
  });
}
