/** Lists without what is damaged in them: one row is not to keep all others from being read. */
import { DamagedRow } from "../../errors.ts";
import type { Found } from "../../stores/run-queries.ts";
import { toFound } from "./look-through.ts";

export type OnDamaged = (error: DamagedRow) => void;

/** Of what is damaged, each said once; beyond that it is the disk, which is said in other ways. */
const MAX_SAID = 1_000;

export interface UndamagedRows {
  /** Throws what is no `DamagedRow`. */
  readonly readAll: <Row>(rows: Iterable<unknown>, read: (row: unknown) => Row) => Row[];
  /** As many as are not damaged. */
  readonly readSome: <Row>(
    rows: Iterable<unknown>,
    read: (row: unknown) => Row,
    limit: number,
  ) => Row[];
  /** A page holds as many rows, damaged ones among them: what cannot be read is not the end. See `toFound`. */
  readonly readPage: <Row, Key>(
    rows: readonly unknown[],
    page: PageOfRows<Row, Key>,
  ) => Found<Row, Key>;
}

export interface PageOfRows<Row, Key> {
  readonly limit: number;
  readonly end: Key | undefined;
  readonly read: (row: unknown) => Row;
  /** Of any row, damaged or not. */
  readonly toKey: (row: unknown) => Key;
}

export function createUndamagedRows(table: string, onDamaged: OnDamaged): UndamagedRows {
  const said = new Set<string>();

  function say(row: unknown, error: DamagedRow): void {
    const name = toName(row);
    if (said.has(name) || said.size >= MAX_SAID) return;
    said.add(name);
    onDamaged(new DamagedRow(`${table} ${name}: ${error.message}`, { cause: error }));
  }

  function readSome<Row>(
    rows: Iterable<unknown>,
    read: (row: unknown) => Row,
    limit: number,
  ): Row[] {
    const all: Row[] = [];
    for (const row of rows) {
      try {
        all.push(read(row));
      } catch (error) {
        if (!(error instanceof DamagedRow)) throw error;
        say(row, error);
      }
      if (all.length >= limit) break;
    }
    return all;
  }

  const readAll: UndamagedRows["readAll"] = (rows, read) => readSome(rows, read, Infinity);
  return {
    readAll,
    readSome,
    readPage(rows, { limit, end, read, toKey }) {
      const { items, next } = toFound(rows, limit, end, toKey);
      return { items: readAll(items, read), next };
    },
  };
}

/** By what stands first in it. */
function toName(row: unknown): string {
  const [first] = typeof row === "object" && row !== null ? Object.values(row) : [];
  return String(first).slice(0, 128);
}
