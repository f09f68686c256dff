/** Where everything is. A test build puts all of it below one directory. */
import { basename, join } from 'node:path';
import { SIGN_IN_KEY_ACCOUNT, STATE_KEY_ACCOUNT } from '../keychain/keys.ts';

export interface AppPaths {
  /** Policy bundle, machine file, enrolment file; only administrators write here. */
  readonly machineDirectory: string;
  readonly trustRootFile: string;
  readonly userData: string;
  readonly policyStateFile: string;
  /** This user's copy of the bundle that the HTTPS drop delivered. */
  readonly policyDropFile: string;
  /** The keychain account of the key that authenticates that file. */
  readonly stateKeyAccount: string;
  /** When each user signed in here last. */
  readonly signInRecordFile: string;
  /** The keychain account of the key that authenticates it. */
  readonly signInKeyAccount: string;
  /** Where the chat window was. */
  readonly windowFile: string;
  /** Where torn-off windows were. */
  readonly tileWindowsFile: string;
  /** How this user wants the windows to look. */
  readonly preferencesFile: string;
  readonly auditDirectory: string;
  /** How far the collector has the audit log. */
  readonly auditPositionFile: string;
  /** What users chose about watching, a file for each account. */
  readonly watchDirectory: string;
  /** Encrypted histories of this user's accounts. */
  readonly historyDirectory: string;
  /** Bundles, preloads and pages. */
  readonly bundleDirectory: string;
  /** User ids that may own the machine-wide files (POSIX). */
  readonly trustedOwners: readonly number[];
}

export interface PathFacts {
  readonly platform: NodeJS.Platform;
  /** `%ProgramData%`, Windows only. */
  readonly programData: string | undefined;
  /** Where the operating system keeps applications' data of this user (Electron's `appData`). */
  readonly appData: string;
  /** The directory of main.cjs. */
  readonly bundleDirectory: string;
  readonly uid: number | undefined;
  /** Test builds only. */
  readonly testRoot: string | undefined;
}

function machineDirectory({ platform, programData }: PathFacts): string {
  if (platform === 'win32') return join(programData ?? 'C:\\ProgramData', 'Sallyport');
  return platform === 'darwin' ? '/Library/Application Support/Sallyport' : '/etc/sallyport';
}

export function appPaths(facts: PathFacts): AppPaths {
  const { testRoot, bundleDirectory } = facts;
  const userData = testRoot === undefined ? join(facts.appData, 'Sallyport') : join(testRoot, 'user-data');
  return {
    machineDirectory: testRoot === undefined ? machineDirectory(facts) : join(testRoot, 'machine'),
    trustRootFile: join(testRoot ?? bundleDirectory, 'trust', 'trust-root.json'),
    userData,
    policyStateFile: join(userData, 'policy-state.json'),
    policyDropFile: join(userData, 'policy-drop.bundle'),
    stateKeyAccount:
      testRoot === undefined ? STATE_KEY_ACCOUNT : `${STATE_KEY_ACCOUNT}/${basename(testRoot)}`,
    signInRecordFile: join(userData, 'sign-ins.json'),
    signInKeyAccount:
      testRoot === undefined ? SIGN_IN_KEY_ACCOUNT : `${SIGN_IN_KEY_ACCOUNT}/${basename(testRoot)}`,
    windowFile: join(userData, 'window.json'),
    tileWindowsFile: join(userData, 'tile-windows.json'),
    preferencesFile: join(userData, 'preferences.json'),
    auditDirectory: join(userData, 'audit'),
    auditPositionFile: join(userData, 'audit-sent'),
    watchDirectory: join(userData, 'watch'),
    historyDirectory: join(userData, 'history'),
    bundleDirectory,
    trustedOwners: testRoot === undefined || facts.uid === undefined ? [0] : [0, facts.uid],
  };
}
