/** What the scanner does with windows, written the plain way, and searches with it. */
import {
  createKnownValues,
  type KnownValues,
} from "../../../../agent/redact/known-values/known-values.ts";
import type { AddedValue } from "../../../../agent/redact/redaction.ts";
import type { Search } from "../../../../agent/redact/search/detector.ts";
import type { Find } from "../../../../agent/redact/search/find.ts";
import type { Text } from "../../../../agent/redact/search/text.ts";

export interface ValueTrial {
  readonly known: KnownValues;
  readonly windowCount: number;
  add(value: Uint8Array | string, source?: string): AddedValue;
  search(input: Uint8Array | string, options?: { readonly isOpen?: boolean }): TrialResult;
  /** The input with everything that was found replaced by `***`. */
  mask(input: Uint8Array | string): string;
}

export interface TrialResult {
  readonly finds: readonly Find[];
  readonly goesOnFrom: number | undefined;
  readonly hitCount: number;
}

export function createTrial(...values: readonly (Uint8Array | string)[]): ValueTrial {
  const ids = new Map<string, number>();
  const known = createKnownValues({
    add: (window, id) => void ids.set(Buffer.from(window).toString("latin1"), id),
    limit: () => {},
  });
  const trial: ValueTrial = {
    known,
    get windowCount() {
      return ids.size;
    },
    add: (value, source) => known.add(toBytes(value), source),
    search(input, { isOpen = false } = {}) {
      const bytes = toBytes(input);
      const text: Text = { bytes, start: 0, end: bytes.length, isOpen };
      const finds: Find[] = [];
      let goesOnFrom: number | undefined;
      let hitCount = 0;
      const search: Search = {
        add: (find) => void finds.push(find),
        goesOn: (from) => void (goesOnFrom = Math.min(from, goesOnFrom ?? from)),
      };
      const characters = bytes.toString("latin1");
      for (let at = 0; at < bytes.length; at++) {
        for (const width of [4, 8]) {
          const id = ids.get(characters.slice(at, at + width));
          if (id === undefined || at + width > bytes.length) continue;
          hitCount++;
          known.inspect(text, at, id, search);
        }
      }
      return { finds, goesOnFrom, hitCount };
    },
    mask(input) {
      const bytes = toBytes(input);
      const finds = trial.search(input).finds.toSorted((left, right) => left.start - right.start);
      let shown = "";
      let at = 0;
      for (const { start, end } of finds) {
        if (start >= at) shown += `${bytes.toString("latin1", at, start)}***`;
        at = Math.max(at, end);
      }
      return shown + bytes.toString("latin1", at);
    },
  };
  for (const value of values) trial.add(value);
  return trial;
}

function toBytes(input: Uint8Array | string): Buffer {
  return typeof input === "string" ? Buffer.from(input) : Buffer.from(input);
}
