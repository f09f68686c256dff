/** XEP-0199 XMPP Ping, version 2.0.1. */
import { NS } from '../namespaces.ts';
import { type Element, xml } from '../xml.ts';

export function ping(): Element {
  return xml('ping', { xmlns: NS.ping });
}
