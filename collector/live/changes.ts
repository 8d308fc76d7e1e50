/** What changed, for whoever watches: numbered, and the last ones kept for who comes back. */
import { randomBytes } from "node:crypto";

export type Change =
  | { readonly kind: "run"; readonly runId: string }
  /** Findings came, or are over; which, their list says. */
  | { readonly kind: "findings" }
  /** Operators did something, or it was done for them. */
  | { readonly kind: "deeds" };

export interface Changes {
  note(change: Change): void;
  /** Of the last change; that of another start of the collector's is none. */
  lastId(): string;
  /** Those since; undefined: they are not known any more. */
  listSince(id: string): readonly Change[] | undefined;
  /** Until it is disposed of. */
  listen(onChange: (change: Change) => void): Disposable;
}

interface Numbered {
  readonly number: number;
  readonly change: Change;
}

const EPOCH_BYTES = 6;
const ID = /^(?<epoch>[0-9a-f]{12})-(?<number>\d{1,15})$/;

/** `maxKept`: some 100 bytes each. */
export function createChanges(maxKept: number): Changes {
  const epoch = randomBytes(EPOCH_BYTES).toString("hex");
  const listeners = new Set<(change: Change) => void>();
  /** A ring: the place of a change is its number, modulo `maxKept`. */
  const kept: Numbered[] = [];
  let last = 0;
  return {
    note(change) {
      last += 1;
      kept[last % maxKept] = { number: last, change };
      for (const onChange of listeners) onChange(change);
    },
    lastId: () => `${epoch}-${last}`,
    listSince(id) {
      const groups = ID.exec(id)?.groups;
      const seen = Number(groups?.["number"]);
      if (groups?.["epoch"] !== epoch || seen > last || last - seen >= maxKept) return undefined;
      const since: Change[] = [];
      for (let number = seen + 1; number <= last; number += 1) {
        const found = kept[number % maxKept];
        if (found?.number === number) since.push(found.change);
      }
      return since;
    },
    listen(onChange) {
      listeners.add(onChange);
      return { [Symbol.dispose]: () => void listeners.delete(onChange) };
    },
  };
}
