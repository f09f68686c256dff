import type { Availability } from '../../shared/chat-model.ts';

export const PRESENCE_TEXT: Readonly<Record<Availability, string>> = {
  available: 'Available',
  chat: 'Free to chat',
  away: 'Away',
  xa: 'Away for long',
  dnd: 'Do not disturb',
  offline: 'Offline',
};
