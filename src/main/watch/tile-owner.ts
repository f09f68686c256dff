/** Whose torn-off windows they are. Pure. */
import type { AppState } from '../../shared/app-state.ts';

/** Follows the sign-in's state, and says when the torn-off windows have to end. */
export class TileOwner {
  #upn: string | undefined;

  /** True: nobody is signed in, or somebody else than those windows were opened by. */
  mustClose(state: AppState): boolean {
    if (state.kind !== 'running') return this.#forget();
    const { signIn, screenLocked } = state;
    if (signIn.step === 'online' || signIn.step === 'connecting') {
      const former = this.#upn;
      this.#upn = signIn.identity.upn;
      return former !== undefined && former !== this.#upn;
    }
    // A covered screen waits for its card; the windows are covered as well.
    const waits = screenLocked && signIn.step !== 'consent' && signIn.step !== 'stopped';
    return waits ? false : this.#forget();
  }

  #forget(): true {
    this.#upn = undefined;
    return true;
  }
}
