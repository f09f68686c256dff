/** Shuts navigation, new windows, frames and embedded content for every page, whoever made it. */
import type { App, WebContents } from 'electron';

interface Preventable {
  preventDefault(): void;
}

const prevent = (event: Preventable): void => event.preventDefault();

/** Our own code loads a page once with `loadURL`, which raises none of these events; a page never goes elsewhere. */
function lockContents(contents: WebContents): void {
  contents.on('will-navigate', prevent);
  contents.on('will-frame-navigate', prevent);
  contents.on('will-redirect', prevent);
  contents.on('will-attach-webview', prevent);
  contents.on('select-bluetooth-device', (event, _devices, choose) => {
    event.preventDefault();
    choose('');
  });
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
  contents.setVisualZoomLevelLimits(1, 1).catch(() => undefined);
}

/** Locks every page from its creation on, and what Chromium asks the application about certificates and passwords. */
export function lockAllContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => lockContents(contents));
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault();
    answer(false);
  });
  app.on('select-client-certificate', (event) => event.preventDefault());
  app.on('login', (event) => event.preventDefault());
}
