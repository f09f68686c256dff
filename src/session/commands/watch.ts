/** Levels, watchwords, alerts, layouts, and what the user looks at. */
import type { WatchCommand } from '../../shared/chat-watch-commands.ts';
import type { BareJid } from '../../shared/jid.ts';
import {
  isNotifyLevel,
  MAX_TILES,
  parseLayoutName,
  parseManner,
  parseTiles,
  parseWords,
} from '../../shared/watch-contract.ts';
import { hasOnly, jidOf, type Parsers, textOf } from './fields.ts';

/** An alert's id holds an address, a message's id, a list's name and a word. */
const MAX_ALERT_ID = 8_192;
/** Alerts that are acknowledged at once. */
const MAX_ALERTS = 1_000;

export const WATCH_PARSERS: Parsers<WatchCommand> = {
  'set-notify-level': (fields) => {
    const conversation = jidOf(fields.conversation);
    if (!hasOnly(fields, ['type', 'conversation', 'level'])) return undefined;
    if (conversation === undefined || !isNotifyLevel(fields.level)) return undefined;
    return { type: 'set-notify-level', conversation, level: fields.level };
  },
  'set-watchwords': (fields) => {
    const [words, manner] = [parseWords(fields.words), parseManner(fields)];
    if (!hasOnly(fields, ['type', 'words', 'severity', 'sound', 'repeat'])) return undefined;
    return words === undefined || manner === undefined
      ? undefined
      : { type: 'set-watchwords', words: [...words], ...manner };
  },
  'acknowledge-alerts': (fields) => {
    const alerts = listOf(fields.alerts, MAX_ALERTS, (id) => textOf(id, 1, MAX_ALERT_ID));
    if (!hasOnly(fields, ['type', 'alerts'])) return undefined;
    return alerts === undefined ? undefined : { type: 'acknowledge-alerts', alerts };
  },
  'save-layout': (fields) => {
    const [name, tiles] = [parseLayoutName(fields.name), parseTiles(fields.tiles)];
    if (!hasOnly(fields, ['type', 'name', 'tiles'])) return undefined;
    return name === undefined || tiles === undefined ? undefined : { type: 'save-layout', name, tiles };
  },
  'delete-layout': (fields) => {
    const name = parseLayoutName(fields.name);
    return name === undefined || !hasOnly(fields, ['type', 'name'])
      ? undefined
      : { type: 'delete-layout', name };
  },
  attend: (fields) => {
    const conversations = listOf(fields.conversations, MAX_TILES, (jid): BareJid | undefined => jidOf(jid));
    if (!hasOnly(fields, ['type', 'conversations'])) return undefined;
    return conversations === undefined ? undefined : { type: 'attend', conversations };
  },
};

function listOf<Item>(
  value: unknown,
  max: number,
  parse: (item: unknown) => Item | undefined,
): readonly Item[] | undefined {
  if (!Array.isArray(value) || value.length > max) return undefined;
  const items = value.map(parse);
  return items.every((item) => item !== undefined) ? items : undefined;
}
