/** Rooms that this user may run (XEP-0045 9 and 10): configuration, affiliations, roles, giving one up. */
import { type DataForm, type FormAnswer, formProblem } from '../../shared/data-form.ts';
import { safeText } from '../../shared/display-name.ts';
import { AppError } from '../../shared/errors.ts';
import { type BareJid, parseJid } from '../../shared/jid.ts';
import {
  type AffiliatedPerson,
  type Affiliation,
  MAX_REASON,
  type Role,
} from '../../shared/room-contract.ts';
import type { Extension, ExtensionHost } from '../extension.ts';
import { NS } from '../namespaces.ts';
import { buildAnswer, readForm } from '../xep-0004-data-forms/forms.ts';
import { childOf, childText, type Element, elementsOf, toXmlText, xml } from '../xml.ts';
import { roomError } from './room-error.ts';

/** People taken of one list. */
const MAX_LISTED = 5_000;
/** Forms that wait to be filled in. */
const MAX_FORMS = 16;
/** Passwords of rooms do not travel, so they are not asked for. */
const NOT_ASKED: ReadonlySet<string> = new Set([
  'muc#roomconfig_passwordprotectedroom',
  'muc#roomconfig_roomsecret',
]);

const isAddress = (text: string): boolean => parseJid(text) !== undefined;

export class RoomAdministration implements Extension {
  readonly #host: ExtensionHost;
  /** The forms as the rooms sent them: answers are judged by these, and their hidden fields go back as they came. */
  readonly #forms = new Map<BareJid, DataForm>();

  constructor(host: ExtensionHost) {
    this.#host = host;
  }

  onNewSession(): void {
    this.#forms.clear();
  }

  /** Asks for a room's configuration (10.2). Rejects with ROOM_*, GUARD_REFUSED, STREAM_TIMEOUT or NOT_CONNECTED. */
  async form(room: BareJid): Promise<DataForm> {
    if (!this.#host.guard.policy.rooms.create) throw new AppError('ROOM_CREATE_OFF');
    const answer = await this.#ask('get', xml('query', { xmlns: NS.mucOwner }), room);
    const query = childOf(answer, 'query', NS.mucOwner);
    const form = query === undefined ? undefined : readForm(query);
    if (form?.type !== 'form') throw new AppError('ROOM_REFUSED', { condition: 'empty-answer' });
    const asked = { ...form, fields: form.fields.filter(({ name }) => !NOT_ASKED.has(name)) };
    if (this.#forms.size >= MAX_FORMS) this.#forms.clear();
    this.#forms.set(room, asked);
    return asked;
  }

  /** Sends the answers to the form that {@link form} gave last. Rejects likewise, and with ROOM_FORM_STALE or ROOM_FORM_FIELD. */
  async configure(room: BareJid, answers: readonly FormAnswer[]): Promise<void> {
    const form = this.#forms.get(room);
    if (form === undefined) throw new AppError('ROOM_FORM_STALE');
    const problem = formProblem(form, answers, isAddress);
    if (problem !== undefined) {
      const field = form.fields.find(({ name }) => name === problem.field);
      throw new AppError('ROOM_FORM_FIELD', { field: field?.label || problem.field || 'unknown' });
    }
    await this.#ask('set', xml('query', { xmlns: NS.mucOwner }, buildAnswer(form, answers)), room);
    this.#forms.delete(room);
  }

  /** Gives a room up for good (10.9). Rejects as {@link form}. */
  async destroy(room: BareJid, reason: string): Promise<void> {
    const destroy = xml('destroy', {}, buildReason(reason));
    await this.#ask('set', xml('query', { xmlns: NS.mucOwner }, destroy), room);
  }

  /** Changes what an occupant may do while being here (8.2 to 8.4, 9.6); role `none` is a kick. Rejects as {@link form}. */
  async setRole(room: BareJid, nick: string, role: Role, reason: string): Promise<void> {
    await this.#change(room, xml('item', { nick, role }, buildReason(reason)));
  }

  /** Changes what a person is in a room, there or not (9, 10.3 to 10.8); `outcast` is a ban. Rejects as {@link form}. */
  async setAffiliation(
    room: BareJid,
    person: BareJid,
    affiliation: Affiliation,
    reason: string,
  ): Promise<void> {
    await this.#change(room, xml('item', { jid: person, affiliation }, buildReason(reason)));
  }

  /** Everybody of one affiliation (9.2, 9.5, 10.5, 10.8). Rejects as {@link form}. */
  async affiliated(room: BareJid, affiliation: Affiliation): Promise<readonly AffiliatedPerson[]> {
    const answer = await this.#ask(
      'get',
      xml('query', { xmlns: NS.mucAdmin }, xml('item', { affiliation })),
      room,
    );
    const query = childOf(answer, 'query', NS.mucAdmin);
    const people: AffiliatedPerson[] = [];
    for (const item of query === undefined ? [] : elementsOf(query).slice(0, MAX_LISTED)) {
      const jid = item.attrs.jid ?? '';
      if (!item.is('item', NS.mucAdmin) || parseJid(jid) === undefined) continue;
      people.push({
        jid,
        nick: safeText(item.attrs.nick ?? '', 64),
        reason: safeText(childText(item, 'reason', NS.mucAdmin) ?? '', MAX_REASON),
      });
    }
    return people;
  }

  #change(room: BareJid, item: Element): Promise<Element> {
    return this.#ask('set', xml('query', { xmlns: NS.mucAdmin }, item), room);
  }

  #ask(type: 'get' | 'set', query: Element, room: BareJid): Promise<Element> {
    return this.#host.requests.send(type, query, room).catch((error: unknown) => {
      throw roomError(error);
    });
  }
}

function buildReason(reason: string): Element | undefined {
  return reason === '' ? undefined : xml('reason', {}, toXmlText(reason.slice(0, MAX_REASON)));
}
