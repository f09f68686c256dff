import type { ReactElement } from 'react';
import type { RecordsPage } from '../../contract.ts';
import { shortTime } from '../format.ts';
import { useDesk } from '../parts/hooks.ts';
import { textOf } from '../parts/RecordDetails.tsx';
import { RecordSearch, type Row } from '../parts/RecordSearch.tsx';
import type { Column } from '../parts/Rows.tsx';
import { RECORDS } from '../text/records.ts';

const COLUMNS: readonly Column<Row>[] = [
  { name: RECORDS.time, cell: ({ record }) => shortTime(textOf(record.time)), className: 'time' },
  { name: RECORDS.label, cell: ({ record }) => textOf(record.label) },
  { name: RECORDS.from, cell: ({ record }) => <bdi>{textOf(record.from)}</bdi> },
  { name: RECORDS.to, cell: ({ record }) => <bdi>{textOf(record.room ?? record.to)}</bdi> },
  {
    name: RECORDS.text,
    cell: ({ record }) => <bdi>{textOf(record.body ?? record.subject ?? record.payloads).slice(0, 300)}</bdi>,
    className: 'wide',
  },
];

const FIELDS = [
  { name: 'words', label: RECORDS.words, maxLength: 200 },
  { name: 'user', label: RECORDS.user },
  { name: 'room', label: RECORDS.room },
  { name: 'label', label: RECORDS.label, maxLength: 200 },
];

export function MessagesPage(): ReactElement {
  const { api } = useDesk();
  return (
    <div className="stack fill">
      <p className="quiet">{RECORDS.intro}</p>
      <RecordSearch
        fields={FIELDS}
        columns={COLUMNS}
        asksReason
        start={RECORDS.start}
        load={(asked, reason, cursor) =>
          api.ask<RecordsPage>('/api/records/messages', {
            method: 'POST',
            body: { ...asked, reason, ...(cursor === undefined ? {} : { cursor }) },
          })
        }
        exportPath="/api/exports/messages"
      />
    </div>
  );
}
