import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";

import { toWhole } from "../format/number.ts";
import { Empty } from "./notices.tsx";

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

/** At once: more takes the page too long, and nobody reads it. */
const SHOWN = 200;

export function DataTable<Row>({ caption, rows, columns, keyOf, none }: DataTableProps<Row>) {
  const limit = useSignal(SHOWN);
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
            {rows.slice(0, limit.value).map((row) => (
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
      {rows.length > limit.value && (
        <p class="more">
          <button
            type="button"
            onClick={() => {
              limit.value += SHOWN;
            }}
          >
            Show more: {toWhole(limit.value)} of {toWhole(rows.length)}
          </button>
        </p>
      )}
    </>
  );
}
