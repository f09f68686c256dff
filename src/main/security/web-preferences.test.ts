import { expect, it } from 'vitest';
import { partitionOf, webPreferencesFor } from './web-preferences.ts';

it('gives every window exactly these preferences, frozen', () => {
  const preferences = webPreferencesFor({
    kind: 'chat',
    preload: '/p.cjs',
    devTools: false,
    look: 'night,compact',
  });
  expect(Object.isFrozen(preferences)).toBe(true);
  expect(preferences).toEqual({
    preload: '/p.cjs',
    partition: 'sallyport-chat',
    devTools: false,
    additionalArguments: ['--sallyport-look=night,compact'],
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    plugins: false,
    webgl: false,
    images: true,
    spellcheck: false,
    navigateOnDragDrop: false,
    autoplayPolicy: 'user-gesture-required',
    disableDialogs: true,
    safeDialogs: true,
    enableWebSQL: false,
    enablePreferredSizeMode: false,
    v8CacheOptions: 'none',
    disableBlinkFeatures: 'Auxclick',
    backgroundThrottling: false,
  });
});

it('keeps the kinds of windows apart and nothing on disk', () => {
  expect(partitionOf('pin')).not.toBe(partitionOf('chat'));
  expect(partitionOf('pin')).not.toMatch(/^persist:/);
});
