/**
 * The whiteboards of rooms (docs/whiteboard.md). What is drawn goes and comes in messages of the room; the board is what the room's
 * archive and the room itself say. Only open boards are put together and shown.
 */
import type { BoardCommand, BoardItem, BoardKnowledge } from '../../shared/chat-board-commands.ts';
import type { ChatCollections, CollectionChange, CollectionEvent } from '../../shared/chat-collections.ts';
import type { ChatMessage, Room } from '../../shared/chat-model.ts';
import { AppError, type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import type { SharedFile } from '../../shared/file-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { MessageLabel } from '../../shared/labels.ts';
import { SELF } from '../../shared/message-actions.ts';
import { type BoardOperation, boardBody, isBoardPicture } from '../../shared/whiteboard.ts';
import type { Archive, DeliveryChange, MessageKeys, OutgoingExtras, XmppClient } from '../../xmpp/index.ts';
import { done, type Handlers } from '../commands/handlers.ts';
import { Gather } from '../gather.ts';
import { type EntryOptions, entryOf, takenBackBy } from './board-entry.ts';
import { BoardLog, type LoggedEntry } from './board-log.ts';
import { type BoardPast, readBoardPast } from './board-reader.ts';
import { BoardSender, type Drawing } from './board-sender.ts';
import { BoardView } from './board-view.ts';
import { isFitPicture } from './picture.ts';

/** Boards that are open at a time, and rooms whose drawing is remembered without an archive. */
const MAX_OPEN = 4;
const MAX_LOGS = 200;

/** A message that draws. */
export interface BoardMessage {
  readonly body: string;
  readonly label?: string;
  readonly extras: OutgoingExtras;
}

export interface BoardDeskOptions extends EntryOptions {
  /** /features/whiteboard. */
  readonly allowed: boolean;
  readonly xmpp: { readonly archive: Pick<Archive, 'peek'>; readonly on: XmppClient['on'] };
  /** The bytes of a file, as the gate has it. */
  fetch(room: BareJid, file: SharedFile): Promise<Uint8Array>;
  message(room: BareJid, id: string): ChatMessage | undefined;
  /** The label that what is drawn under `chosen` has. Throws what sending it would throw for that label. */
  labelFor(room: BareJid, chosen: string | undefined): MessageLabel | undefined;
  /** Throws LABEL_LOWERED where `chosen` is below the label of what is shown again. */
  requireNotLowered(of: MessageLabel | undefined, chosen: string | undefined): void;
  /** Sends a message and shows it in the conversation. */
  send(room: BareJid, message: BoardMessage, file: SharedFile | undefined): ChatMessage;
  emit(event: CollectionEvent): void;
  /** Of {@link Gather}. */
  later(work: () => void, milliseconds: number): void;
}

interface OpenBoard {
  readonly view: BoardView;
  knowledge: BoardKnowledge;
  error: ErrorReport | undefined;
  read: number;
  before: string | undefined;
  /** Counts what was begun, so that the answer to an older question is not taken for one to the newest. */
  turn: number;
}

export class BoardDesk {
  readonly handlers: Handlers<BoardCommand>;
  readonly #options: BoardDeskOptions;
  readonly #subscriptions: readonly (() => void)[];
  readonly #logs = new Map<BareJid, BoardLog>();
  readonly #senders = new Map<BareJid, BoardSender>();
  readonly #open = new Map<BareJid, OpenBoard>();
  readonly #changed: Gather<BareJid>;
  #drafts = 0;

  constructor(options: BoardDeskOptions) {
    this.#options = options;
    this.#changed = new Gather((room) => this.#update(room), options.later);
    this.#subscriptions = options.allowed ? this.#observe() : [];
    this.handlers = {
      'open-board': done(({ room }) => this.#openBoard(room)),
      'close-board': done(({ room }) => this.#closeBoard(room)),
      'read-board': done(({ room }) => this.#readFurther(room)),
      draw: done(({ room, operations, label }) => {
        for (const operation of operations)
          if (operation.type === 'withdraw')
            options.requireNotLowered(this.#ownLabel(room, operation.id), label);
        return this.#draw(room, { operations, label });
      }),
      'load-picture': async ({ room, element }) => {
        const file = this.#itemsOf(room).find(({ id }) => id === element)?.drawn.file;
        if (file === undefined) throw new AppError('IPC_REFUSED');
        const picture = await options.fetch(room, file);
        if (!isFitPicture(picture)) throw new AppError('BOARD_PICTURE_UNFIT');
        return { picture };
      },
      'put-picture': done(({ room, message, id, from, to, label }) => {
        const shown = options.message(room, message);
        const file = shown?.retraction === undefined ? shown?.file : undefined;
        if (file === undefined || !isBoardPicture(file)) throw new AppError('BOARD_PICTURE');
        this.#requireRoom(room);
        options.requireNotLowered(shown?.label, label);
        const operation: BoardOperation = { type: 'add', element: { kind: 'image', id, from, to } };
        this.#send(room, { operations: [operation], label }, file);
      }),
    };
  }

  /** The events that bring an empty window up to date. */
  get events(): readonly CollectionEvent[] {
    const open = [...this.#open.values()];
    return [
      { type: 'collection', collection: 'boards', reset: true, upsert: open.map(infoOf), remove: [] },
      {
        type: 'collection',
        collection: 'boardElements',
        reset: true,
        upsert: open.flatMap(({ view }) => view.items),
        remove: [],
      },
    ];
  }

  /** What could not be read without a connection is read now. */
  onConnected(): void {
    for (const [room, board] of this.#open) {
      const joined = this.#options.room(room)?.state === 'joined';
      if (joined && board.knowledge === 'failed') void this.#read(room, board, '');
    }
  }

  /** No window shows a board any more. */
  windowGone(): void {
    for (const room of [...this.#open.keys()]) this.#closeBoard(room);
  }

  /** Sends what waits, and ends. */
  close(): void {
    for (const sender of this.#senders.values()) sender.flush();
    for (const end of this.#subscriptions) end();
  }

  #observe(): readonly (() => void)[] {
    const { xmpp } = this.#options;
    return [
      xmpp.on('message', (message) => {
        const logged = entryOf(this.#options, message, false);
        if (logged !== undefined && this.#log(message.conversation).add(logged))
          this.#show(message.conversation);
      }),
      xmpp.on('message-action', (action) => {
        const back = takenBackBy(action, this.#options.room(action.conversation)?.nick);
        if (action.kind !== 'room' || back === undefined) return;
        if (this.#logs.get(action.conversation)?.takeBack(back) === true) this.#show(action.conversation);
      }),
      xmpp.on('reflected', ({ conversation, id, keys }) => {
        if (this.#logs.get(conversation)?.arrived(id, keys.archiveId) === true) this.#show(conversation);
        else this.#addOwn(conversation, id, keys);
      }),
      xmpp.on('delivery', (change) => this.#onDelivery(change)),
      xmpp.on('occupants', ({ room, reset, upsert }) => {
        // Entered, perhaps anew: something may have been drawn meanwhile.
        const open = this.#open.get(room);
        if (reset && upsert.length > 0 && open !== undefined) void this.#read(room, open, '');
      }),
      xmpp.on('room-left', (room) => {
        this.#closeBoard(room);
        this.#logs.delete(room);
      }),
    ];
  }

  /** What a former session has drawn arrived only now. */
  #addOwn(conversation: BareJid, id: string, keys: MessageKeys): void {
    const message = this.#options.message(conversation, id);
    if (message === undefined) return;
    const logged = entryOf(this.#options, { conversation, kind: 'room', message, keys }, false);
    if (logged !== undefined && this.#log(conversation).add(logged)) this.#show(conversation);
  }

  #onDelivery({ conversation, kind, id, state }: DeliveryChange): void {
    const log = this.#logs.get(conversation);
    if (kind !== 'room' || log === undefined) return;
    const sender = this.#senders.get(conversation);
    if (state === 'sent') sender?.onSent(id);
    else if (state !== 'queued') sender?.onSettled(id);
    const changed =
      state === 'queued' || state === 'sent'
        ? log.settle(id, 'waiting')
        : state === 'failed'
          ? log.settle(id, 'failed')
          : log.arrived(id, undefined);
    if (changed) this.#show(conversation);
  }

  #log(room: BareJid): BoardLog {
    const known = this.#logs.get(room);
    if (known !== undefined) return known;
    const log = new BoardLog();
    this.#logs.set(room, log);
    for (const other of this.#logs.keys()) {
      if (this.#logs.size <= MAX_LOGS) break;
      if (!this.#open.has(other)) this.#logs.delete(other);
    }
    return log;
  }

  #requireRoom(room: BareJid): Room {
    const known = this.#options.room(room);
    if (!this.#options.allowed || known === undefined) throw new AppError('IPC_REFUSED');
    return known;
  }

  /** The label of what this user drew under that id, if the board shows it. */
  #ownLabel(room: BareJid, id: string): MessageLabel | undefined {
    return this.#itemsOf(room).find(({ drawn: { own, element } }) => own && element.id === id)?.drawn.label;
  }

  #openBoard(room: BareJid): void {
    const { state } = this.#requireRoom(room);
    if (this.#open.has(room)) return;
    if (this.#open.size >= MAX_OPEN) throw new AppError('IPC_REFUSED');
    const board: OpenBoard = {
      view: new BoardView(room),
      knowledge: 'failed',
      error: undefined,
      read: 0,
      before: undefined,
      turn: 0,
    };
    this.#open.set(room, board);
    this.#show(room);
    // Entering the room reads it.
    if (state === 'joined') void this.#read(room, board, '');
  }

  #closeBoard(room: BareJid): void {
    const board = this.#open.get(room);
    if (board === undefined) return;
    this.#senders.get(room)?.flush();
    this.#open.delete(room);
    this.#options.emit(change('boards', [], [room]));
    const shown = board.view.items.map(({ id }) => id);
    this.#options.emit(change('boardElements', [], shown));
  }

  #readFurther(room: BareJid): Promise<void> {
    const board = this.#open.get(room);
    if (board === undefined) throw new AppError('IPC_REFUSED');
    return this.#read(room, board, board.knowledge === 'partial' ? (board.before ?? '') : '');
  }

  /** Reads the archive, from message `before` back or all of it anew. Never rejects: the board says what went wrong. */
  async #read(room: BareJid, board: OpenBoard, before: string): Promise<void> {
    board.turn += 1;
    const { turn } = board;
    const log = this.#log(room);
    const { mark } = log;
    board.knowledge = 'reading';
    board.error = undefined;
    this.#show(room);
    const isWanted = () => this.#open.get(room) === board && board.turn === turn;
    try {
      const past = await readBoardPast(room, before, {
        archive: this.#options.xmpp.archive,
        entryOf: (message) => entryOf(this.#options, message, true),
        takenBackBy: (action) => takenBackBy(action, this.#options.room(room)?.nick),
        goesOn: () => isWanted(),
      });
      if (!isWanted()) return;
      this.#take(log, board, before, past, mark);
    } catch (error) {
      if (!isWanted()) return;
      const report = toErrorReport(error);
      board.knowledge = report.code === 'HISTORY_REFUSED' ? 'short' : 'failed';
      board.error = report;
    }
    this.#show(room);
  }

  #take(
    log: BoardLog,
    board: OpenBoard,
    before: string,
    past: BoardPast,
    mark: LoggedEntry | undefined,
  ): void {
    if (before === '') log.merge(past.entries, past.takenBack, mark);
    else log.prepend(past.entries, past.takenBack);
    board.read = (before === '' ? 0 : board.read) + past.read;
    board.before = past.before;
    board.knowledge = past.before === undefined && !log.isCut ? 'whole' : 'partial';
  }

  /** Shows it at once, and sends it with what else is drawn about now. Rejects with what sending throws. */
  async #draw(room: BareJid, drawing: Drawing): Promise<void> {
    const { nick } = this.#requireRoom(room);
    const label = this.#options.labelFor(room, drawing.label);
    const log = this.#log(room);
    this.#drafts += 1;
    const id = `draft ${this.#drafts}`;
    log.send({ ...this.#waiting(id, nick, drawing.operations, label), at: Date.now() });
    this.#show(room);
    try {
      await this.#senderOf(room).draw(drawing);
    } finally {
      log.drop(id);
      this.#show(room);
    }
  }

  #senderOf(room: BareJid): BoardSender {
    const known = this.#senders.get(room);
    if (known !== undefined) return known;
    const sender = new BoardSender({
      send: (drawing) => this.#send(room, drawing, undefined),
      now: () => performance.now(),
    });
    this.#senders.set(room, sender);
    return sender;
  }

  #send(room: BareJid, { operations, label }: Drawing, file: SharedFile | undefined): string {
    const { nick } = this.#requireRoom(room);
    const message = this.#options.send(
      room,
      {
        body: boardBody(operations),
        extras: { board: operations },
        ...(label === undefined ? {} : { label }),
      },
      file,
    );
    this.#log(room).send({
      ...this.#waiting(message.id, nick, operations, message.label),
      at: message.at,
      ...(file === undefined ? {} : { file }),
    });
    this.#show(room);
    return message.id;
  }

  #waiting(id: string, name: string, operations: readonly BoardOperation[], label: MessageLabel | undefined) {
    const labelled = label === undefined ? {} : { label };
    const base = { id, author: SELF, name, own: true, operations, mayClear: true, state: 'waiting' } as const;
    return { ...base, ...labelled };
  }

  /** Has a board put together and shown, with what else changes it about now: with 1,000 elements that takes 5 to 60 ms. */
  #show(room: BareJid): void {
    if (this.#open.has(room)) this.#changed.add(room);
  }

  #update(room: BareJid): void {
    const board = this.#open.get(room);
    if (board === undefined) return;
    const log = this.#log(room);
    if (log.isCut && board.knowledge === 'whole') board.knowledge = 'partial';
    const { upsert, remove } = board.view.update(log.entries);
    if (upsert.length + remove.length > 0) this.#options.emit(change('boardElements', upsert, remove));
    this.#options.emit(change('boards', [infoOf(board)], []));
  }

  /** The elements of an open board as they are now. */
  #itemsOf(room: BareJid): readonly BoardItem[] {
    this.#changed.settle(room);
    return this.#open.get(room)?.view.items ?? [];
  }
}

function infoOf({ view, knowledge, read, error }: OpenBoard) {
  const { refused, cleared } = view.state;
  return {
    id: view.room,
    knowledge,
    read,
    refused,
    ...(cleared === undefined ? {} : { cleared }),
    ...(error === undefined ? {} : { error }),
  };
}

function change<Name extends 'boards' | 'boardElements'>(
  collection: Name,
  upsert: readonly ChatCollections[Name][],
  remove: readonly string[],
): CollectionChange<Name> {
  return { type: 'collection', collection, reset: false, upsert, remove };
}
