/** The words of the export dialog. */
import type { ExportFormat, ExportResult, ExportScope } from '../../shared/export-contract.ts';

export const EXPORT_TEXT = {
  title: 'Export messages',
  format: 'Format',
  what: 'What',
  note: 'Every page carries the highest marking of what is in it. Corrections and retractions are shown, times are Zulu. The records are chained and your card signs a proof that is saved beside the document. The export is written to the audit log.',
  start: 'Export',
  busy: 'Exporting…',
  done: 'Done',
} as const;

export const FORMAT_TEXT: Readonly<Record<ExportFormat, string>> = {
  pdf: 'PDF, for printing and filing',
  html: 'HTML, one file without scripts',
  text: 'Plain text',
  json: 'JSON, for other programs: each record can be checked',
};

/** What is exported, in words. */
export function scopeText(scope: ExportScope, name: string): string {
  return scope.kind === 'conversation'
    ? `All messages of ${name} that this computer has`
    : scope.server === true
      ? `Messages found by “${scope.query}” on this computer, and on the server as far as it was searched`
      : `Messages found by “${scope.query}” on this computer`;
}

export function resultText({ name, proof, records }: ExportResult): string {
  const count = records === 1 ? '1 message' : `${records} messages`;
  return `${count} saved as ${name}, with ${proof} beside it.`;
}
