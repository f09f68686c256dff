/** Switches that Sallyport itself gives Chromium before it is ready. They only take away. */
import type { App } from 'electron';

const SWITCHES: readonly (readonly [name: string, value?: string])[] = [
  // No name is ever resolved and no proxy is asked: the pages need no network, the session process has its own.
  ['host-resolver-rules', 'MAP * ~NOTFOUND'],
  ['no-proxy-server'],
  ['disable-background-networking'],
  ['disable-component-update'],
  ['disable-domain-reliability'],
  ['disable-sync'],
  ['no-pings'],
  ['force-webrtc-ip-handling-policy', 'disable_non_proxied_udp'],
  ['disable-http-cache'],
];

/**
 * Linux only: text needs no graphics processor, and without one no process loads a driver. Mesa's take 60 MB in the GPU
 * process, and are among what a page that was taken over would attack next. The second switch keeps Chromium from loading
 * a driver in software (SwiftShader) in their place.
 */
const LINUX_SWITCHES: typeof SWITCHES = [['disable-software-rasterizer']];

/**
 * GTK, which draws menus and dialogs, asks OpenGL at start what it could draw with, and for that loads the drivers into this
 * process: 35 MB. Read by GTK when Electron starts it, which is before the application is ready and after this; gone after
 * that, so that the browser that opens a link does not inherit it.
 */
function keepDriversOut(app: App): void {
  app.disableHardwareAcceleration();
  process.env.GDK_GL = 'disable';
  app.once('ready', () => {
    delete process.env.GDK_GL;
  });
}

export function restrictChromium(app: App): void {
  apply(app, SWITCHES);
  if (process.platform !== 'linux') return;
  apply(app, LINUX_SWITCHES);
  keepDriversOut(app);
}

function apply(app: App, switches: typeof SWITCHES): void {
  for (const [name, value] of switches) {
    if (value === undefined) app.commandLine.appendSwitch(name);
    else app.commandLine.appendSwitch(name, value);
  }
}
