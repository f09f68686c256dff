/** Entry of the store's worker thread: the only thread that touches the database. */
import { parentPort } from 'node:worker_threads';
import { keepHeapSmall } from '../platform/heap.ts';
import { AppError } from '../shared/errors.ts';
import type { StoreReply, StoreRequest } from './contract.ts';
import { storeErrorCode } from './database.ts';
import { MessageStore } from './message-store.ts';

/** Between two looks for messages that are too old, milliseconds. */
const EXPIRE_MS = 60 * 60_000;

let store: MessageStore | undefined;

keepHeapSmall();

function opened(): MessageStore {
  if (store === undefined) throw new AppError('HISTORY_STORE_FAILED');
  return store;
}

function carryOut(request: StoreRequest): unknown {
  switch (request.call) {
    case 'open': {
      const made = MessageStore.open(request.args);
      request.args.key.fill(0);
      store = made.store;
      return made.result;
    }
    case 'put':
      return opened().put(request.args.runs, request.args.archives);
    case 'archives':
      return opened().archives();
    case 'tails':
      return opened().tails(request.args);
    case 'unsent':
      return opened().unsent();
    case 'older':
      return opened().older(request.args.conversation, request.args.before, request.args.limit);
    case 'around':
      return opened().around(request.args.conversation, request.args.id, request.args.each);
    case 'called':
      return opened().called(request.args.conversation, request.args.space, request.args.id);
    case 'search':
      return opened().search(request.args.query, request.args.limit, request.args.from);
    case 'close':
      store?.close();
      store = undefined;
      return undefined;
  }
}

function answer(request: StoreRequest): StoreReply {
  try {
    return { id: request.id, ok: true, result: carryOut(request) };
  } catch (error) {
    return { id: request.id, ok: false, code: storeErrorCode(error) };
  }
}

parentPort?.on('message', (request: StoreRequest) => parentPort?.postMessage(answer(request)));
setInterval(() => {
  try {
    store?.expire(Date.now());
  } catch {
    // The next write tells what is wrong with the file.
  }
}, EXPIRE_MS).unref();
