/**
 * The only file that imports `ipcMain`. Windows reach the main process through {@link registerCalls} and hear from it
 * through {@link WindowRegistry.push}; both are typed by the contract and neither takes a channel from outside.
 */
import { ipcMain, type MessagePortMain, type WebContents, type WebFrameMain } from 'electron';
import { AppError, type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import type {
  InvokeChannel,
  InvokeChannels,
  PushChannel,
  PushChannels,
  WindowKind,
} from '../../shared/ipc-contract.ts';
import { originOf } from '../security/app-scheme.ts';
import { type CallerFacts, type CallRefusal, INVOKE_CHANNELS, refuseCall } from './validators.ts';

/** A window that calls: its kind, and which of that kind it is. */
export interface Caller {
  readonly kind: WindowKind;
  readonly key: string;
}

interface RegisteredWindow extends Caller {
  readonly contents: WebContents;
}

/** Knows which page is which window. A page that is not registered can neither call nor be told anything. */
export class WindowRegistry {
  readonly #windows = new Map<string, RegisteredWindow>();

  /** @param key tells windows of one kind apart; there is one of most kinds, and its key is the kind */
  register(kind: WindowKind, contents: WebContents, key: string = kind): void {
    this.#windows.set(key, { kind, key, contents });
    contents.once('destroyed', () => {
      if (this.#windows.get(key)?.contents === contents) this.#windows.delete(key);
    });
  }

  /** The window whose page has this webContents id. */
  callerOf(id: number): Caller | undefined {
    for (const { kind, key, contents } of this.#windows.values())
      if (contents.id === id) return { kind, key };
    return undefined;
  }

  /** Sends to every window of `kind`. */
  push<C extends PushChannel>(
    kind: PushChannels[C]['window'],
    channel: C,
    payload: PushChannels[C]['payload'],
  ): void {
    for (const window of this.#windows.values()) {
      if (window.kind === kind && !window.contents.isDestroyed()) window.contents.send(channel, payload);
    }
  }

  /** Hands a port to the window with this key. False, and the port is closed, if there is no such window. */
  pushPort(key: string, channel: 'chat:port' | 'pin:port' | 'password:port', port: MessagePortMain): boolean {
    const contents = this.#windows.get(key)?.contents;
    if (contents === undefined || contents.isDestroyed()) {
      port.close();
      return false;
    }
    contents.postMessage(channel, null, [port]);
    return true;
  }
}

/** What a handler answers: nothing, or the channel's result. */
type Answer<Result> = Result | Promise<Result>;

export type CallHandlers = {
  readonly [C in InvokeChannel]: (
    ...args: [...InvokeChannels[C]['args'], caller: Caller]
  ) => Answer<InvokeChannels[C]['result']>;
};

/** The form in which an answer crosses to the preload; an `Error` would lose its code on the way. */
export type CallAnswer =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly error: ErrorReport };

function callerFacts(registry: WindowRegistry, id: number, frame: WebFrameMain | null): CallerFacts {
  const window = registry.callerOf(id)?.kind;
  return {
    window,
    mainFrame: frame !== null && frame.parent === null,
    origin: frame?.origin ?? '',
    expectedOrigin: window === undefined ? '' : originOf(window),
  };
}

/** Registers every channel of the contract. `onRefusal` is told of each refused call, for the audit log. */
export function registerCalls(
  registry: WindowRegistry,
  handlers: CallHandlers,
  onRefusal: (channel: InvokeChannel, reason: CallRefusal) => void,
): void {
  for (const channel of INVOKE_CHANNELS) {
    const handler = handlers[channel] as (...args: readonly unknown[]) => unknown;
    ipcMain.handle(channel, async (event, ...args: unknown[]): Promise<CallAnswer> => {
      const reason = refuseCall(channel, callerFacts(registry, event.sender.id, event.senderFrame), args);
      if (reason !== undefined) {
        onRefusal(channel, reason);
        return { ok: false, error: new AppError('IPC_REFUSED', { reason }).toReport() };
      }
      try {
        return { ok: true, value: await handler(...args, registry.callerOf(event.sender.id)) };
      } catch (error) {
        return { ok: false, error: toErrorReport(error) };
      }
    });
  }
}
