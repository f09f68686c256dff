import { expect, it } from 'vitest';
import { appPaths } from './paths.ts';

const facts = {
  platform: 'linux' as const,
  programData: undefined,
  appData: '/home/a/.config',
  bundleDirectory: '/opt/sallyport/resources/app',
  uid: 1000,
  testRoot: undefined,
};

it('takes policy from where only administrators write, and trusts only them', () => {
  expect(appPaths(facts)).toEqual({
    machineDirectory: '/etc/sallyport',
    trustRootFile: '/opt/sallyport/resources/app/trust/trust-root.json',
    userData: '/home/a/.config/Sallyport',
    watchDirectory: '/home/a/.config/Sallyport/watch',
    policyStateFile: '/home/a/.config/Sallyport/policy-state.json',
    policyDropFile: '/home/a/.config/Sallyport/policy-drop.bundle',
    stateKeyAccount: 'state-mac',
    signInRecordFile: '/home/a/.config/Sallyport/sign-ins.json',
    signInKeyAccount: 'sign-in-mac',
    windowFile: '/home/a/.config/Sallyport/window.json',
    tileWindowsFile: '/home/a/.config/Sallyport/tile-windows.json',
    preferencesFile: '/home/a/.config/Sallyport/preferences.json',
    auditDirectory: '/home/a/.config/Sallyport/audit',
    auditPositionFile: '/home/a/.config/Sallyport/audit-sent',
    historyDirectory: '/home/a/.config/Sallyport/history',
    bundleDirectory: '/opt/sallyport/resources/app',
    trustedOwners: [0],
  });
  expect(appPaths({ ...facts, platform: 'darwin' }).machineDirectory).toBe(
    '/Library/Application Support/Sallyport',
  );
  expect(appPaths({ ...facts, platform: 'win32', programData: 'D:\\PD' }).machineDirectory).toContain(
    'D:\\PD',
  );
});

it('puts everything of a test below its directory, with a key of its own', () => {
  const paths = appPaths({ ...facts, testRoot: '/tmp/site/alice' });
  expect(paths).toMatchObject({
    machineDirectory: '/tmp/site/alice/machine',
    trustRootFile: '/tmp/site/alice/trust/trust-root.json',
    userData: '/tmp/site/alice/user-data',
    stateKeyAccount: 'state-mac/alice',
    trustedOwners: [0, 1000],
  });
});
