/** The extensions in use, made once for a sign-in. */
import type { ExtensionHost } from './extension.ts';
import { ContactList } from './rfc6121-roster/contact-list.ts';
import { Blocking } from './xep-0191-blocking/blocking.ts';
import { Carbons } from './xep-0280-carbons/carbons.ts';
import { ClientState } from './xep-0352-csi/client-state.ts';

/** By name, for those who use them. */
export type Extensions = {
  readonly blocking: Blocking;
  readonly carbons: Carbons;
  readonly clientState: ClientState;
  readonly contactList: ContactList;
};

export function createExtensions(host: ExtensionHost): Extensions {
  return {
    blocking: new Blocking(host),
    carbons: new Carbons(host),
    clientState: new ClientState(host),
    contactList: new ContactList(host),
  };
}
