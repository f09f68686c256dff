/**
 * Search, and what is around a hit: in this computer's history, or in memory where the policy keeps none. A conversation that
 * is opened at a message has the server's archive behind these.
 */
import { CONTEXT_MESSAGES, type HistoryCommand, SEARCH_PAGE } from '../../shared/chat-history-commands.ts';
import { AppError } from '../../shared/errors.ts';
import { parseQuery } from '../../shared/search-query.ts';
import type { Handlers } from '../commands/handlers.ts';
import type { History } from '../history/history.ts';
import type { LocalHistory } from './local-history.ts';
import { aroundInMemory, type MessagesInMemory, searchMemory } from './memory-search.ts';

export interface HistoryHandlersOptions {
  readonly model: MessagesInMemory;
  readonly local: Pick<LocalHistory, 'isOpen' | 'search' | 'around'>;
  readonly places: Pick<History, 'around' | 'newer' | 'searchServer' | 'foundOnServer'>;
}

export function historyHandlers({ model, local, places }: HistoryHandlersOptions): Handlers<HistoryCommand> {
  return {
    'search-server': async ({ query, from }) => ({ search: await places.searchServer(query, from) }),
    'open-at': ({ conversation, id }) => places.around(conversation, id),
    'load-newer': ({ conversation, limit, after }) => places.newer(conversation, limit, after),
    search: async ({ query, from }) => {
      const parsed = parseQuery(query);
      if (parsed.kind !== 'query') throw new AppError('IPC_REFUSED');
      if (!local.isOpen) return { search: searchMemory(model, parsed.query, from ?? 0) };
      const page = await local.search(parsed.query, SEARCH_PAGE, from);
      return { search: { ...page, source: 'history' } };
    },
    'load-around': async ({ conversation, id }) => {
      const stored = await local.around(conversation, id, CONTEXT_MESSAGES);
      const messages =
        stored.length > 0 ? stored.map(({ message }) => message) : aroundInMemory(model, conversation, id);
      return { messages };
    },
  };
}
