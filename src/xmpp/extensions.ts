/** The extensions in use, made once for a sign-in. */
import type { ExtensionHost } from './extension.ts';
import { ContactList } from './rfc6121-roster/contact-list.ts';
import { RoomAdministration } from './xep-0045-muc/administration.ts';
import { RoomService } from './xep-0045-muc/service.ts';
import { AdHocCommands } from './xep-0050-ad-hoc-commands/commands.ts';
import { Profiles } from './xep-0054-vcard/profile.ts';
import { Search } from './xep-0055-search/search.ts';
import { Feeds } from './xep-0060-pubsub/feeds.ts';
import { ChatStates } from './xep-0085-chat-states/chat-states.ts';
import { PersonalEvents } from './xep-0163-pep/personal-events.ts';
import { Blocking } from './xep-0191-blocking/blocking.ts';
import { Invitations } from './xep-0249-direct-invitations/invitations.ts';
import { Carbons } from './xep-0280-carbons/carbons.ts';
import { Markers } from './xep-0333-markers/markers.ts';
import { ClientState } from './xep-0352-csi/client-state.ts';
import { Bookmarks } from './xep-0402-bookmarks/bookmarks.ts';
import { Moderator } from './xep-0425-moderation/moderator.ts';

/** By name, for those who use them. */
export type Extensions = {
  readonly adHocCommands: AdHocCommands;
  readonly blocking: Blocking;
  readonly carbons: Carbons;
  readonly clientState: ClientState;
  readonly contactList: ContactList;
  readonly chatStates: ChatStates;
  readonly markers: Markers;
  readonly moderator: Moderator;
  readonly personalEvents: PersonalEvents;
  readonly profiles: Profiles;
  readonly search: Search;
  readonly roomService: RoomService;
  readonly roomAdministration: RoomAdministration;
  readonly feeds: Feeds;
  readonly invitations: Invitations;
  readonly bookmarks: Bookmarks;
};

export function createExtensions(host: ExtensionHost): Extensions {
  return {
    adHocCommands: new AdHocCommands(host),
    blocking: new Blocking(host),
    carbons: new Carbons(host),
    clientState: new ClientState(host),
    contactList: new ContactList(host),
    chatStates: new ChatStates(host),
    markers: new Markers(host),
    moderator: new Moderator(host),
    personalEvents: new PersonalEvents(host),
    profiles: new Profiles(host),
    search: new Search(host),
    roomService: new RoomService(host),
    roomAdministration: new RoomAdministration(host),
    feeds: new Feeds(host),
    invitations: new Invitations(host),
    bookmarks: new Bookmarks(host),
  };
}
