/** Calls from a preload to the main process, typed by the contract. */
import { ipcRenderer } from 'electron';
import type { ErrorReport } from '../shared/errors.ts';
import type { InvokeChannel, InvokeChannels, PushChannel, PushChannels } from '../shared/ipc-contract.ts';

type CallAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: ErrorReport };

/** Calls `channel`; a refusal becomes an error whose message is the code, which is all a page learns. */
export async function call<C extends InvokeChannel>(
  channel: C,
  ...args: InvokeChannels[C]['args']
): Promise<InvokeChannels[C]['result']> {
  const answer: CallAnswer<InvokeChannels[C]['result']> = await ipcRenderer.invoke(channel, ...args);
  if (answer.ok) return answer.value;
  throw new Error(answer.error.code);
}

/** Listens to a push channel. The listener gets the payload, never Electron's event. Returns the way to stop. */
export function onPush<C extends PushChannel>(
  channel: C,
  listener: (payload: PushChannels[C]['payload']) => void,
): () => void {
  const handler = (_event: unknown, payload: PushChannels[C]['payload']): void => listener(payload);
  ipcRenderer.on(channel, handler);
  return () => {
    ipcRenderer.removeListener(channel, handler);
  };
}

/** Listens to a channel that carries one port. */
export function onPort(
  channel: 'chat:port' | 'pin:port' | 'password:port',
  listener: (port: MessagePort) => void,
): void {
  ipcRenderer.on(channel, (event) => {
    const [port] = event.ports;
    if (port !== undefined) listener(port);
  });
}
