import type { ReactElement, ReactNode } from 'react';
import type { LogRecord } from '../../contract.ts';
import { fieldsInOrder } from '../fields.ts';
import { RECORDS } from '../text/records.ts';

/** A value of a record as text, however it is made. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** What a record says, in a line; its detail's members beside its own. */
export function factsOf({ detail, ...rest }: LogRecord): string {
  const more = typeof detail === 'object' && detail !== null ? detail : {};
  return Object.entries({ ...rest, ...more })
    .map(([name, value]) => [name, textOf(value)])
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** All of a record, a line a field; with what is known of it and can be done about it besides. */
export function RecordDetails(props: {
  readonly record: LogRecord | undefined;
  readonly label?: string;
  /** Instead of a record, where none is chosen. */
  readonly none?: string;
  readonly children?: ReactNode;
}): ReactElement {
  const { record, label = RECORDS.record, none = RECORDS.choose, children } = props;
  return (
    <aside className="card details" aria-label={label}>
      {children}
      {record === undefined ? (
        <p className="quiet">{none}</p>
      ) : (
        <dl>
          {fieldsInOrder(record).map(([name, value]) => (
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
