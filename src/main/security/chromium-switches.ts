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

export function restrictChromium(app: App): void {
  for (const [name, value] of SWITCHES) {
    if (value === undefined) app.commandLine.appendSwitch(name);
    else app.commandLine.appendSwitch(name, value);
  }
}
