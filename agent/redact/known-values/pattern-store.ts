import type { FormKind } from "./forms/form.ts";
import type { WrittenForms } from "./forms/written-forms.ts";

/** What is looked for, packed: there are tens of thousands of patterns. */
export interface PatternStore {
  /** All patterns one after the other. Replaced when it grows. */
  readonly bytes: Buffer;
  readonly count: number;
  readonly byteCount: number;
  /** Number of the first pattern that is added; they are of value `value`. */
  readonly add: (forms: WrittenForms, value: number) => number;
  /** Forgets this pattern and those that were added after it. */
  readonly drop: (pattern: number) => void;
  readonly startOf: (pattern: number) => number;
  readonly endOf: (pattern: number) => number;
  readonly valueOf: (pattern: number) => number;
  readonly kindOf: (pattern: number) => FormKind;
}

const FIRST_BYTES = 65_536;
const FIRST_PATTERNS = 2048;

export function createPatternStore(): PatternStore {
  let bytes = Buffer.alloc(FIRST_BYTES);
  let count = 0;
  /** Entry n + 1 is where pattern n ends, and n + 1 begins. */
  let ends = new Int32Array(FIRST_PATTERNS + 1);
  let values = new Int32Array(FIRST_PATTERNS);
  let kindNumbers = new Uint16Array(FIRST_PATTERNS);
  const kinds: FormKind[] = [];
  const numbers = new Map<FormKind, number>();
  const unknownKind: FormKind = {
    encodings: [],
    isLegible: true,
    sharedBefore: 0,
    sharedAfter: 0,
  };

  const toNumber = (kind: FormKind): number => {
    const known = numbers.get(kind);
    if (known !== undefined) return known;
    numbers.set(kind, kinds.length);
    return kinds.push(kind) - 1;
  };
  const makeRoom = (patternCount: number, byteLength: number): void => {
    const needed = (ends[count] ?? 0) + byteLength;
    if (needed > bytes.length) {
      const grown = Buffer.alloc(Math.max(needed, bytes.length * 2));
      bytes.copy(grown);
      bytes = grown;
    }
    if (count + patternCount <= values.length) return;
    const capacity = Math.max(count + patternCount, 2 * values.length);
    ends = resized(ends, new Int32Array(capacity + 1));
    values = resized(values, new Int32Array(capacity));
    kindNumbers = resized(kindNumbers, new Uint16Array(capacity));
  };

  return {
    get bytes() {
      return bytes;
    },
    get count() {
      return count;
    },
    get byteCount() {
      return ends[count] ?? 0;
    },
    add(forms, value) {
      const first = count;
      const start = ends[count] ?? 0;
      makeRoom(forms.count, forms.byteCount);
      bytes.set(forms.bytes.subarray(0, forms.byteCount), start);
      for (let form = 0; form < forms.count; form++) {
        values[count] = value;
        kindNumbers[count] = toNumber(forms.kindOf(form));
        ends[++count] = start + forms.endOf(form);
      }
      return first;
    },
    drop: (pattern) => void (count = pattern),
    startOf: (pattern) => ends[pattern] ?? 0,
    endOf: (pattern) => ends[pattern + 1] ?? 0,
    valueOf: (pattern) => values[pattern] ?? 0,
    kindOf: (pattern) => kinds[kindNumbers[pattern] ?? 0] ?? unknownKind,
  };
}

function resized<Numbers extends Int32Array | Uint16Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
