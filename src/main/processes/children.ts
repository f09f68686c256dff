/** The two utility processes: which bundle each runs, and what of the surroundings it gets to see. */
import { join } from 'node:path';
import type { BuildInfo } from '../../shared/app-state.ts';
import { passedToToken } from '../security/test-build.ts';
import { childEnvironment } from './child-environment.ts';
import { startUtility, type Utility } from './utility.ts';

export interface ChildrenOptions {
  /** Where the application's bundles are. */
  readonly bundleDirectory: string;
  readonly build: BuildInfo;
}

/** Starts the process that speaks PKCS#11. */
export function startToken({ bundleDirectory, build }: ChildrenOptions): Utility {
  return startUtility({
    file: join(bundleDirectory, 'token-entry.cjs'),
    serviceName: 'sallyport-token',
    environment: childEnvironment(process.env, process.platform, passedToToken),
    unsignedLibraries: true,
    showOutput: build.testBuild,
  });
}

/** Starts the process that speaks XMPP. */
export function startSession({ bundleDirectory, build }: ChildrenOptions): Utility {
  return startUtility({
    file: join(bundleDirectory, 'session-entry.cjs'),
    serviceName: 'sallyport-session',
    environment: childEnvironment(process.env, process.platform),
    unsignedLibraries: false,
    showOutput: build.testBuild,
  });
}
