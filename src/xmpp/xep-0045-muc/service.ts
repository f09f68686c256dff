/** Rooms as their service and they themselves tell of them (XEP-0045 6, with XEP-0030 2.5 and XEP-0059 1.0). */
import { MAX_DISPLAY_NAME, safeDisplayName, safeText } from '../../shared/display-name.ts';
import { AppError } from '../../shared/errors.ts';
import { type BareJid, parseJid, toBareJid } from '../../shared/jid.ts';
import type { RoomDetails, RoomListing, RoomPage } from '../../shared/room-contract.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import { NS } from '../namespaces.ts';
import { formValues, readForm } from '../xep-0004-data-forms/forms.ts';
import { buildResultSet, readResultSet } from '../xep-0059-rsm/result-set.ts';
import { childOf, type Element, elementsOf, xml } from '../xml.ts';
import { roomError } from './room-error.ts';

/** Rooms asked for at once. */
const PAGE = 100;
/** Rooms taken of one answer; a service without XEP-0059 sends all it has. */
const MAX_LISTED = 5_000;
const MAX_TEXT = 512;

/** What is asked about rooms without being in them. */
export class RoomService implements Extension {
  readonly features: readonly string[] = [];
  readonly #host: ExtensionHost;

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  /**
   * A page of the rooms of a service of the policy, after the one that `after` names. Rejects with ROOM_*, GUARD_REFUSED,
   * STREAM_TIMEOUT or NOT_CONNECTED.
   */
  async list(service: string, after?: string): Promise<RoomPage> {
    const question = xml('query', { xmlns: NS.discoItems }, buildResultSet(PAGE, { after }));
    const answer = await this.#ask(question, service);
    const rooms = readRooms(answer, service);
    const { last, count } = readResultSet(answer);
    // A service without XEP-0059 says nothing of a page: then this is all there is.
    const more =
      last !== undefined &&
      last !== after &&
      rooms.length > 0 &&
      (count === undefined || rooms.length < count);
    return {
      rooms,
      ...(more ? { next: last } : {}),
      ...(count === undefined ? {} : { total: count }),
    };
  }

  /** Somebody looks at this room: of those that wait to be entered it is the first. */
  prefer(room: BareJid): void {
    this.#host.preferRoom(room);
  }

  /** What a room tells of itself. Rejects as {@link list}. */
  async describe(room: BareJid): Promise<RoomDetails> {
    return readDetails(room, await this.#ask(xml('query', { xmlns: NS.discoInfo }), room));
  }

  /** Whether a room says that it can do something (XEP-0030 3.1); false where it says nothing. */
  async supports(room: BareJid, feature: string): Promise<boolean> {
    const answer = await this.#ask(xml('query', { xmlns: NS.discoInfo }), room).catch(() => undefined);
    return answer !== undefined && featuresOf(answer).has(feature);
  }

  async #ask(question: Element, to: string): Promise<Element> {
    const xmlns = question.attrs.xmlns ?? '';
    const answer = await this.#host.requests.send('get', question, to).catch((error: unknown) => {
      throw roomError(error);
    });
    const query = childOf(answer, 'query', xmlns);
    if (query === undefined) throw new AppError('ROOM_REFUSED', { condition: 'empty-answer' });
    return query;
  }
}

function nameOf(room: BareJid, name: string | undefined): string {
  return safeDisplayName(name ?? '').text || parseJid(room)?.local?.slice(0, MAX_DISPLAY_NAME) || room;
}

/** The rooms in an answer: only those of the service that was asked, each once. */
function readRooms(answer: Element, service: string): readonly RoomListing[] {
  const rooms = new Map<BareJid, RoomListing>();
  for (const item of elementsOf(answer)) {
    if (rooms.size >= MAX_LISTED) break;
    if (!item.is('item', NS.discoItems)) continue;
    const parts = parseJid(item.attrs.jid ?? '');
    const jid = toBareJid(item.attrs.jid ?? '');
    if (jid === undefined || parts?.local === undefined || parts.resource !== undefined) continue;
    if (parts.domain !== service.toLowerCase() || rooms.has(jid)) continue;
    // Psi-like services put the number of occupants behind the name; it is part of the name then.
    rooms.set(jid, { jid, name: nameOf(jid, item.attrs.name) });
  }
  return [...rooms.values()];
}

function featuresOf(info: Element): ReadonlySet<string> {
  const features = new Set<string>();
  for (const child of elementsOf(info)) {
    if (child.is('feature', NS.discoInfo) && child.attrs.var !== undefined) features.add(child.attrs.var);
  }
  return features;
}

/** XEP-0045 6.4 and 15.5: features, and the form of type `muc#roominfo`. */
function readDetails(room: BareJid, info: Element): RoomDetails {
  const features = featuresOf(info);
  const form = readForm(info);
  const text = (name: string) => safeText(formValues(form, name).join(' '), MAX_TEXT);
  const count = formValues(form, 'muc#roominfo_occupants')[0] ?? '';
  const identity = elementsOf(info).find((child) => child.is('identity', NS.discoInfo));
  return {
    jid: room,
    name: nameOf(room, identity?.attrs.name),
    description: text('muc#roominfo_description'),
    subject: text('muc#roominfo_subject'),
    ...(/^\d{1,7}$/.test(count) ? { occupants: Number(count) } : {}),
    membersOnly: features.has('muc_membersonly'),
    moderated: features.has('muc_moderated'),
    persistent: features.has('muc_persistent'),
    nonAnonymous: features.has('muc_nonanonymous'),
    passwordProtected: features.has('muc_passwordprotected'),
    archived: features.has(NS.archive),
  };
}
