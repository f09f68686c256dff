/** What the parts of the desk need of the policy that is in force at the moment they ask. */
import { filePolicy, presentationPolicy, saveDirectories, tokenConfig } from '../../client-config/configs.ts';
import type { BuildInfo } from '../../shared/app-state.ts';
import type { TokenConfig } from '../../token/index.ts';
import type { SaveDeskOptions } from '../files/save-desk.ts';
import { expiringSoon } from '../policy/expiring.ts';
import type { PolicyHolder } from '../policy/holder.ts';
import { updateNotice } from '../policy/update-news.ts';
import type { Presentation } from '../signin/present.ts';

/** The user's own directories. */
export interface UserFolders {
  readonly home: string;
  readonly downloads: string;
}

/** What the token process is to know, by the policy of this moment. */
export function currentTokenConfig({ loaded }: PolicyHolder): TokenConfig {
  return tokenConfig(loaded.settings, process.platform);
}

/** The policy's /history/mode: conversations are kept until the screen is locked. */
export function forgetsWhenCovered({ loaded }: PolicyHolder): boolean {
  return loaded.settings.history.mode === 'off';
}

/** Where received files go, by the policy of this moment. */
export function savePlaces(
  { loaded: { settings } }: PolicyHolder,
  folders: UserFolders,
): ReturnType<SaveDeskOptions['places']> {
  const files = filePolicy(settings);
  if (files === undefined) return undefined;
  return {
    directories: saveDirectories(settings, process.platform),
    ...folders,
    maximumBytes: files.maximumBytes,
  };
}

/** What every screen shows of the policy of this moment. */
export function currentPresentation(build: BuildInfo, policy: PolicyHolder): Presentation {
  const { loaded, refusal } = policy.view;
  return {
    build,
    policy: presentationPolicy(loaded.settings, loaded),
    bundleSha256: loaded.sha256,
    warning: refusal,
    expiring: expiringSoon(loaded, Date.now()),
    update: updateNotice(loaded, Date.now()),
  };
}
