/** One room and this user's place in it (XEP-0045 7 and 8): entering, occupants, messages, and being put out. */
import type { RoomState } from '../../shared/chat-model.ts';
import type { ErrorReport } from '../../shared/errors.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ConversationAction, ConversationMessage } from '../api.ts';
import { NS } from '../namespaces.ts';
import { readContent } from '../rfc6121-message/direct-messages.ts';
import type { Outgoing } from '../rfc6121-message/outbox.ts';
import { stanzaErrorCondition } from '../stream/errors.ts';
import { delayOf } from '../xep-0203-delay/delay.ts';
import type { ArchivedStanza } from '../xep-0313-mam/stanzas.ts';
import { childText, type Element, toXmlText } from '../xml.ts';
import { Authors } from './authors.ts';
import { type Moment, moment, secondsSince } from './moment.ts';
import { Occupants } from './occupants.ts';
import { OwnTraces } from './own-traces.ts';
import type { RoomContext } from './room-context.ts';
import { isSwitchedOff, isTemporary, messageError, placeError } from './room-error.ts';
import { RoomMessages } from './room-messages.ts';
import {
  buildJoin,
  buildLeave,
  buildRoomMessage,
  buildSubject,
  type HistoryRequest,
  type MucUser,
  readMucUser,
  readOccupant,
  removalCondition,
  STATUS,
} from './stanzas.ts';
import { SubjectChanges } from './subject-changes.ts';

/** Clocks differ and messages cross; what comes twice is dropped. */
const HISTORY_OVERLAP_S = 120;
const MAX_NICK_TRIES = 5;
/** So often entering gets its whole time anew because the link still brings something: what the server wrote before comes first. */
const MAX_RENEWALS = 20;
const MAX_SUBJECT = 1024;
/** Nobody answered in time. */
const LATE = 'remote-server-timeout';
/** A room that sends no subject has ended its history when nothing more of it came for so long. */
const HISTORY_GRACE_MS = 5_000;
/** And in any case by then: 1,000 messages at 2.4 kbit/s. */
const MAX_HISTORY_MS = 30 * 60_000;

export class Room {
  readonly jid: BareJid;
  readonly #context: RoomContext;
  readonly #baseNick: string;
  #nick: string;
  readonly #name: string;
  #state: RoomState = 'joining';
  #subject = '';
  #error: ErrorReport | undefined;
  readonly #occupants: Occupants;
  #lastHeard = 0;
  #joinedAt = 0;
  readonly #own: OwnTraces;
  readonly #authors: Authors;
  readonly #messages: RoomMessages;
  #tries = 0;
  /** Up to when nothing said in the room is missing; absent before the first history was through. */
  #complete: Moment | undefined;
  readonly #knownUntil: number | undefined;
  /** The history is through: own messages can't be in what is still to come. */
  #current = false;
  /** Messages the room refused because the user was not in it, and which were sent once more. */
  readonly #retried = new Set<string>();
  readonly #subjects: SubjectChanges;
  #timer: NodeJS.Timeout | undefined;

  /** @param knownUntil up to when it is known what was said in it, milliseconds since 1970; absent: nothing is */
  constructor(jid: BareJid, nick: string, context: RoomContext, knownUntil?: number) {
    this.jid = jid;
    this.#knownUntil = knownUntil;
    this.#nick = nick;
    this.#baseNick = nick;
    this.#name = jid.slice(0, Math.max(jid.indexOf('@'), 0)) || jid;
    this.#context = context;
    this.#occupants = new Occupants(jid, context);
    this.#own = new OwnTraces(jid, context.outbox);
    this.#authors = new Authors(() => context.newId());
    this.#messages = new RoomMessages({
      room: jid,
      context,
      own: this.#own,
      authors: this.#authors,
      nick: () => this.#nick,
      name: () => this.#name,
    });
    this.#subjects = new SubjectChanges(context.joinTimeout);
  }

  get state(): RoomState {
    return this.#state;
  }

  /** Whether a new session enters it again. */
  get wanted(): boolean {
    return this.#state === 'joined' || this.#state === 'joining' || this.#isTemporary();
  }

  /** It was asked to let this user in, and has said nothing in time. */
  get isLate(): boolean {
    return this.#state === 'failed' && this.#error?.detail?.condition === LATE;
  }

  /** It put this user out, or did not let it in, because it is switched off. */
  get isOff(): boolean {
    return this.#state === 'failed' && isSwitchedOff(this.#error?.detail?.condition);
  }

  get nick(): string {
    return this.#nick;
  }

  /** When anything came of the room, `performance.now()`. */
  get lastHeard(): number {
    return this.#lastHeard;
  }

  /** It answers, though it has nothing to say. */
  heard(): void {
    this.#lastHeard = performance.now();
  }

  /** Of a room that is known from a former session only what was said since; if that is much, its archive has the rest. */
  #firstHistory(): HistoryRequest {
    const { firstHistory, outbox } = this.#context;
    if (this.#knownUntil === undefined) return { maxStanzas: firstHistory(false) };
    // The room's history alone says of an own message of before that it has arrived.
    const isOwed = outbox.open('room').some(({ conversation }) => conversation === this.jid);
    const age = Math.max(0, Math.floor((Date.now() - this.#knownUntil) / 1000));
    return { maxStanzas: firstHistory(!isOwed), seconds: age + HISTORY_OVERLAP_S };
  }

  /** Is going to be entered when it is its turn. */
  await(): void {
    clearTimeout(this.#timer);
    this.#startOver();
    this.#tell();
  }

  /** Sends the request to enter and waits for the room's word. */
  enter(): void {
    this.#startOver();
    const history =
      this.#complete === undefined
        ? this.#firstHistory()
        : { seconds: secondsSince(this.#complete) + HISTORY_OVERLAP_S };
    this.#awaitEntry();
    this.#context.send(buildJoin(this.jid, this.#nick, history, this.#context.caps()));
    this.#tell();
  }

  #startOver(): void {
    this.#state = 'joining';
    this.#error = undefined;
    this.#current = false;
    this.#occupants.clear();
    this.#authors.reset();
  }

  /** Enters after the former session ended: with the first choice of nickname. */
  reenter(): void {
    this.#tries = 0;
    this.#nick = this.#baseNick;
    this.enter();
  }

  /** The connection is gone; what happens next depends on the session. */
  onLost(): void {
    clearTimeout(this.#timer);
  }

  /** The former session goes on, and with it what was under way. */
  onResumed(underWay: boolean): void {
    if (this.#state === 'joining') {
      if (!underWay) return;
      this.#awaitEntry();
    } else if (this.#state === 'joined' && !this.#current) {
      this.#awaitHistory();
    }
    this.flush();
  }

  leave(online: boolean): void {
    clearTimeout(this.#timer);
    if (online && (this.#state === 'joined' || this.#state === 'joining')) {
      this.#context.send(buildLeave(this.jid, this.#nick));
    }
    this.#state = 'left';
    this.#context.settled(this.jid);
  }

  /** Asks for another subject (8.1); resolves when the room shows it, rejects with MESSAGE_REFUSED or STREAM_TIMEOUT. */
  changeSubject(text: string): Promise<void> {
    const id = this.#context.newId();
    const subject = toXmlText(text.slice(0, MAX_SUBJECT));
    return this.#subjects.request(id, subject, () => this.#context.send(buildSubject(this.jid, id, subject)));
  }

  /** Writes the messages that wait, if the room can take them now. */
  flush(): void {
    if (!this.#current) return;
    for (const message of this.#context.outbox.open('room')) {
      if (message.conversation === this.jid && message.state === 'queued') this.#transmit(message);
    }
  }

  onPresence(stanza: Element, nick: string | undefined): void {
    this.heard();
    if (stanza.attrs.type === 'error') {
      this.#onJoinError(stanzaErrorCondition(stanza));
      return;
    }
    if (nick === undefined || (this.#state !== 'joined' && !this.#isAwaited())) return;
    const user = readMucUser(stanza);
    if (stanza.attrs.type === 'unavailable') this.#onUnavailable(nick, user);
    else this.#onAvailable(stanza, nick, user);
  }

  onMessage(stanza: Element, nick: string | undefined): void {
    this.heard();
    const { type } = stanza.attrs;
    if (type === 'error' && nick === undefined) this.#onMessageError(stanza);
    if (type !== 'groupchat') return;
    if (this.#current) this.#complete = moment();
    else if (this.#state === 'joined' && delayOf(stanza, [this.jid], Date.now()) !== undefined)
      this.#awaitHistory();
    if (this.#messages.onAction(stanza, nick ?? '', undefined, !this.#current)) return;
    const content = readContent(stanza, this.#context.fileGate, this.#context.labels);
    const subject = childText(stanza, 'subject', NS.client);
    if (subject !== undefined && content === undefined) this.#onSubject(subject);
    else if (content !== undefined) this.#messages.onContent(stanza, nick ?? '', content);
  }

  /** Takes a message of the room's archive (XEP-0313); `undefined` for one that says nothing. */
  readArchived(archived: ArchivedStanza): ConversationMessage | undefined {
    return this.#messages.readArchived(archived);
  }

  /** The same, without taking it in. */
  peekArchived(archived: ArchivedStanza): readonly (ConversationMessage | ConversationAction)[] {
    return this.#messages.peekArchived(archived);
  }

  #onAvailable(stanza: Element, nick: string, user: MucUser): void {
    const self = user.codes.has(STATUS.self);
    const occupant = readOccupant(stanza, nick, user.item, self);
    if (!this.#occupants.put(occupant)) return;
    this.#authors.present(nick, occupant.jid);
    if (self) {
      this.#nick = nick;
      this.#own.add(stanza, nick);
    }
    if (self && this.#isAwaited()) this.#onJoined(user);
    else if (this.#state === 'joined') {
      this.#occupants.tell([occupant], []);
      this.#tell();
    }
  }

  /** It may still let this user in, also after the time was over. */
  #isAwaited(): boolean {
    return this.#state === 'joining' || this.isLate;
  }

  #onJoined(user: MucUser): void {
    if (user.codes.has(STATUS.roomCreated) && !this.#context.configure(this.jid)) {
      this.#context.send(buildLeave(this.jid, this.#nick));
      this.#fail('item-not-found');
      return;
    }
    this.#state = 'joined';
    this.#error = undefined;
    this.#joinedAt = performance.now();
    this.#awaitHistory();
    this.#occupants.tellAll();
    this.#tell();
    this.#context.settled(this.jid);
  }

  #onUnavailable(nick: string, user: MucUser): void {
    const self = user.codes.has(STATUS.self) || nick === this.#nick;
    this.#occupants.delete(nick);
    this.#authors.gone(nick);
    if (user.codes.has(STATUS.nickChanged)) {
      const renamed = user.item?.attrs.nick;
      if (self && renamed !== undefined) this.#nick = renamed;
    } else if (self) {
      this.#fail(removalCondition(user) ?? 'removed');
      return;
    }
    if (this.#state !== 'joined') return;
    this.#occupants.tell([], [nick]);
    this.#tell();
  }

  #onJoinError(condition: string): void {
    if (this.#state !== 'joining') return;
    if (condition === 'conflict' && this.#tries < MAX_NICK_TRIES) {
      this.#tries += 1;
      this.#nick = `${this.#baseNick}-${this.#tries + 1}`;
      this.enter();
      return;
    }
    this.#fail(condition);
  }

  #onSubject(subject: string): void {
    this.#subject = subject.slice(0, MAX_SUBJECT);
    this.#tell();
    this.#subjects.shown(subject);
    if (this.#state === 'joined') this.#onCurrent();
  }

  #awaitEntry(renewals = MAX_RENEWALS): void {
    const { joinTimeout } = this.#context;
    this.#startTimer(joinTimeout, () => {
      const silent = performance.now() - this.#context.lastReceived() > joinTimeout / 2;
      if (!silent && renewals > 0) this.#awaitEntry(renewals - 1);
      else this.#fail(LATE);
    });
  }

  /** However slow the link is, a history that still comes is not through. */
  #awaitHistory(): void {
    const left = this.#joinedAt + MAX_HISTORY_MS - performance.now();
    this.#startTimer(Math.max(0, Math.min(HISTORY_GRACE_MS, left)), () => this.#onCurrent());
  }

  /** The subject ends the history (7.2.15): what of ours was not in it did not arrive, and is sent once more. */
  #onCurrent(): void {
    if (this.#current) return;
    this.#current = true;
    this.#complete = moment();
    clearTimeout(this.#timer);
    for (const message of this.#context.outbox.open('room')) {
      if (message.conversation === this.jid) this.#transmit(message);
    }
  }

  #transmit(message: Outgoing): void {
    this.#context.send(buildRoomMessage(message), message.id);
    this.#context.outbox.advance(message.id, 'sent');
  }

  #onMessageError(stanza: Element): void {
    const { id } = stanza.attrs;
    const condition = stanzaErrorCondition(stanza);
    this.#subjects.refused(id, condition);
    if (id === undefined || this.#context.outbox.get(id)?.conversation !== this.jid) return;
    // 7.4: the room has forgotten this user (it was restarted). Enter again; the message follows, once.
    if (condition === 'not-acceptable' && this.#state === 'joined' && !this.#retried.has(id)) {
      this.#retried.add(id);
      this.reenter();
      return;
    }
    if (this.#state === 'joining' && this.#retried.has(id)) return;
    this.#context.outbox.fail(id, messageError(condition));
  }

  #fail(condition: string): void {
    clearTimeout(this.#timer);
    this.#state = 'failed';
    this.#current = false;
    this.#error = placeError(condition);
    this.#occupants.clear();
    this.#authors.reset();
    this.#occupants.tellAll();
    if (!this.#isTemporary()) this.#failMessages(condition);
    this.#tell();
    this.#context.settled(this.jid);
  }

  #failMessages(condition: string): void {
    for (const message of this.#context.outbox.open('room')) {
      if (message.conversation !== this.jid) continue;
      this.#context.outbox.fail(message.id, messageError(condition));
    }
  }

  /** Put out for a reason that a new session may not meet again. */
  #isTemporary(): boolean {
    return this.#state === 'failed' && isTemporary(this.#error?.detail?.condition);
  }

  #startTimer(milliseconds: number, action: () => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(action, milliseconds);
    this.#timer.unref();
  }

  #tell(): void {
    this.#context.emitRoom({
      jid: this.jid,
      name: this.#name,
      state: this.#state,
      nick: this.#nick,
      subject: this.#subject,
      occupantCount: this.#occupants.size,
      ...(this.#error === undefined ? {} : { error: this.#error }),
    });
  }
}
