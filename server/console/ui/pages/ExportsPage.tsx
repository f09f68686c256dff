import type { ReactElement } from 'react';
import type { ExportInfo } from '../../contract.ts';
import { shortTime, sizeText } from '../format.ts';
import { useDesk, useDoing, useLoaded } from '../parts/hooks.ts';
import { ErrorNotice } from '../parts/Notice.tsx';
import { Rows } from '../parts/Rows.tsx';
import { TEXT } from '../text/frame.ts';
import { EXPORTS } from '../text/records.ts';

const EVERY_MS = 5000;

/** Hands what was fetched to the browser as a download. */
function save(name: string, data: Blob): void {
  const address = URL.createObjectURL(data);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

export function ExportsPage(): ReactElement {
  const { api } = useDesk();
  const { value, error } = useLoaded<{ readonly exports: readonly ExportInfo[] }>('/api/exports', EVERY_MS);
  const doing = useDoing();
  const fetchPart = ({ id }: ExportInfo, part: 'data' | 'signature'): void =>
    doing.run(async () => {
      const answer = await api.open(`/api/exports/${id}/${part}`);
      save(`export-${id}.ndjson${part === 'data' ? '' : '.cms'}`, await answer.blob());
    });
  if (value === undefined)
    return error === undefined ? <p className="quiet">{TEXT.loading}</p> : <ErrorNotice error={error} />;
  return (
    <div className="stack">
      <p className="quiet">{EXPORTS.intro}</p>
      <ErrorNotice error={doing.error} />
      {value.exports.length === 0 ? (
        <p className="empty">{EXPORTS.empty}</p>
      ) : (
        <Rows
          label={EXPORTS.of}
          rows={value.exports}
          keyOf={({ id }) => id}
          columns={[
            { name: EXPORTS.made, cell: ({ made }) => shortTime(made), className: 'time' },
            { name: EXPORTS.of, cell: ({ of }) => of },
            { name: EXPORTS.marking, cell: ({ marking }) => <bdi>{marking}</bdi>, className: 'wide' },
            { name: EXPORTS.records, cell: ({ records }) => records, className: 'number' },
            { name: EXPORTS.size, cell: ({ bytes }) => sizeText(bytes), className: 'number' },
            { name: EXPORTS.hash, cell: ({ sha256 }) => <code>{sha256.slice(0, 16)}</code> },
            {
              name: EXPORTS.data,
              cell: (row) => (
                <span className="actions start">
                  <button
                    type="button"
                    className="button"
                    disabled={doing.busy}
                    onClick={() => fetchPart(row, 'data')}
                  >
                    {EXPORTS.data}
                  </button>
                  <button
                    type="button"
                    className="button"
                    disabled={doing.busy}
                    onClick={() => fetchPart(row, 'signature')}
                  >
                    {EXPORTS.signature}
                  </button>
                </span>
              ),
            },
          ]}
        />
      )}
    </div>
  );
}
