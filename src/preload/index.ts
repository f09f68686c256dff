export { ChatLink, type ChatPort } from './chat-link.ts';
export { PinLink, type PinPort } from './pin-link.ts';
