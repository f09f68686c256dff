import type { ReactElement } from 'react';
import type { LogRecord } from '../../contract.ts';
import { RECORDS } from '../text.ts';

/** A value of a record as text, however it is made. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** All of a record, a line a field. */
export function RecordDetails({ record }: { readonly record: LogRecord | undefined }): ReactElement {
  return (
    <aside className="card details" aria-label={RECORDS.record}>
      {record === undefined ? (
        <p className="quiet">{RECORDS.choose}</p>
      ) : (
        <dl>
          {Object.entries(record).map(([name, value]) => (
            <div key={name} className="fact">
              <dt>{name}</dt>
              <dd>
                <bdi>{textOf(value)}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </aside>
  );
}
