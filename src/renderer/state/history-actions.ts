/** What the user can do with the past. */
import type { SearchReply } from '../../shared/chat-history-commands.ts';
import type { ChatMessage } from '../../shared/chat-model.ts';
import { type ErrorReport, toErrorReport } from '../../shared/errors.ts';
import type { ExportFormat, ExportResult, ExportScope } from '../../shared/export-contract.ts';
import type { ChatBridge } from '../../shared/ipc-contract.ts';
import type { BareJid } from '../../shared/jid.ts';
import type { ActionRunner } from './action-runner.ts';
import { NO_LABELS, withLabelsOf } from './seen-labels.ts';

export interface HistoryActions {
  /** Opens the export dialog; `undefined`: about the open conversation. */
  showExport(exportScope?: ExportScope): void;
  exportMessages(
    scope: ExportScope,
    format: ExportFormat,
  ): Promise<ExportResult | { readonly error: ErrorReport }>;
  /** Which messages a dialog shows: the window's marking counts them. */
  showing(messages: readonly ChatMessage[]): void;
  /** One page of what fits a query that can be understood. `from`: `next` of the page before. */
  search(query: string, from: number | undefined): Promise<SearchReply | { readonly error: ErrorReport }>;
  /** The next step of a search of the server. `from`: `next` of the step before. */
  searchServer(
    query: string,
    from: number | undefined,
  ): Promise<SearchReply | { readonly error: ErrorReport }>;
  /** Messages around one that was found; empty where they cannot be had. */
  loadAround(conversation: BareJid, id: string): Promise<readonly ChatMessage[]>;
}

export function createHistoryActions(
  { run, updateView }: Pick<ActionRunner, 'run' | 'updateView'>,
  bridge: Pick<ChatBridge, 'exportMessages'>,
): HistoryActions {
  return {
    showExport: (exportScope) => updateView((view) => ({ ...view, dialog: 'export', exportScope })),
    exportMessages: (scope, format) =>
      bridge.exportMessages(scope, format).catch((error: unknown) => ({ error: toErrorReport(error) })),
    showing: (messages) =>
      updateView((view) => ({ ...view, shownLabels: withLabelsOf(NO_LABELS, messages) })),
    async search(query, from) {
      const reply = await run({ type: 'search', query, ...(from === undefined ? {} : { from }) });
      if (!reply.ok) return { error: reply.error };
      return reply.search ?? { hits: [], source: 'memory' };
    },
    async searchServer(query, from) {
      const reply = await run({ type: 'search-server', query, ...(from === undefined ? {} : { from }) });
      if (!reply.ok) return { error: reply.error };
      return reply.search ?? { hits: [], source: 'server' };
    },
    async loadAround(conversation, id) {
      const reply = await run({ type: 'load-around', conversation, id });
      return reply.ok ? (reply.messages ?? []) : [];
    },
  };
}
