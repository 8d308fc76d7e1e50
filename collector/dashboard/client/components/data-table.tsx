import type { ComponentChildren } from "preact";

import { Empty } from "./notices.tsx";
import { useFirst } from "./use-first.tsx";

export interface Column<Row> {
  readonly name: string;
  readonly isNumber?: boolean;
  readonly show: (row: Row) => ComponentChildren;
}

interface DataTableProps<Row> {
  readonly caption: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
  /** What is said where there is none. */
  readonly none: string;
}

export function DataTable<Row>({ caption, rows, columns, keyOf, none }: DataTableProps<Row>) {
  const { first, more } = useFirst(rows);
  if (rows.length === 0) return <Empty heading={none} />;
  return (
    <>
      <div class="table-frame" tabIndex={0} role="region" aria-label={caption}>
        <table>
          <caption class="unseen">{caption}</caption>
          <thead>
            <tr>
              {columns.map(({ name, isNumber = false }) => (
                <th key={name} scope="col" class={isNumber ? "number" : ""}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {first.map((row) => (
              <tr key={keyOf(row)}>
                {columns.map(({ name, isNumber = false, show }) => (
                  <td key={name} class={isNumber ? "number" : ""}>
                    {show(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more}
    </>
  );
}
