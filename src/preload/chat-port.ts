/** This page's port to the session process, for every kind of window that shows the chat. */
import { call, onPort } from './calls.ts';
import { ChatLink, type ChatPort } from './chat-link.ts';
import { keepPageSmall } from './memory.ts';

/** A hidden window paints no frames; it acknowledges after this long instead, so that the flow never stops. */
const HIDDEN_FRAME_MS = 250;

function afterFrame(callback: () => void): void {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    callback();
  };
  requestAnimationFrame(once);
  setTimeout(once, HIDDEN_FRAME_MS);
}

export function openChatLink(): ChatLink {
  const memory = keepPageSmall();
  const link = new ChatLink({
    afterFrame: (callback) => {
      memory.eventsCame();
      afterFrame(callback);
    },
    requestPort: () => {
      call('app:connect-chat').catch(() => undefined);
    },
  });
  onPort('chat:port', (port) => link.attach(port as ChatPort));
  return link;
}
