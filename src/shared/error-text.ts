import { ERROR_CATALOGUE, type ErrorReport, type ErrorText } from './errors.ts';

/** Longest value that is put into a sentence; details come from servers and cards, too. */
const MAX_VALUE_LENGTH = 200;

function fill(sentence: string, report: ErrorReport): string {
  return sentence.replace(/\{(\w+)\}/g, (_placeholder, name: string) => {
    const value =
      report.detail !== undefined && Object.hasOwn(report.detail, name) ? report.detail[name] : undefined;
    if (value === undefined || value === '') return 'unknown';
    return String(value).slice(0, MAX_VALUE_LENGTH);
  });
}

/** The catalogue's sentences for a report, their placeholders filled from its detail. */
export function errorText(report: ErrorReport): ErrorText {
  const text = Object.hasOwn(ERROR_CATALOGUE, report.code)
    ? ERROR_CATALOGUE[report.code]
    : ERROR_CATALOGUE.INTERNAL;
  return { title: fill(text.title, report), action: fill(text.action, report) };
}

/** The detail as lines `name: value`, for a report that goes to IT. */
export function detailLines(report: ErrorReport): readonly string[] {
  return Object.entries(report.detail ?? {}).map(
    ([name, value]) => `${name}: ${String(value).slice(0, MAX_VALUE_LENGTH)}`,
  );
}
