import type { KeyboardEvent, ReactElement, ReactNode } from 'react';

export interface Column<Row> {
  readonly name: string;
  readonly cell: (row: Row) => ReactNode;
  readonly className?: string;
}

/** A table whose rows can be chosen: up, down, Home and End move the choice. */
export function Rows<Row>(props: {
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  readonly chosen?: string | undefined;
  readonly onChoose?: (row: Row) => void;
}): ReactElement {
  const { label, rows, columns, keyOf, chosen, onChoose } = props;
  const at = rows.findIndex((row) => keyOf(row) === chosen);
  const move = (event: KeyboardEvent<HTMLTableRowElement>): void => {
    const last = rows.length - 1;
    const target = { ArrowDown: Math.min(at + 1, last), ArrowUp: Math.max(at - 1, 0), Home: 0, End: last }[
      event.key
    ];
    if (target === undefined) return;
    event.preventDefault();
    const row = rows[target];
    const body = event.currentTarget.parentElement;
    if (row !== undefined) onChoose?.(row);
    const element = body?.children[target];
    if (element instanceof HTMLElement) element.focus();
  };
  return (
    <table aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ name, className }) => (
            <th key={name} scope="col" className={className}>
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => {
          const key = keyOf(row);
          const isChosen = key === chosen;
          const choosable =
            onChoose === undefined
              ? {}
              : {
                  tabIndex: isChosen || (at === -1 && index === 0) ? 0 : -1,
                  'aria-selected': isChosen,
                  onClick: () => onChoose(row),
                  onFocus: () => onChoose(row),
                  onKeyDown: move,
                };
          return (
            <tr key={key} {...choosable}>
              {columns.map(({ name, cell, className }) => (
                <td key={name} className={className}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
