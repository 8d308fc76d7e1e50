import { hash } from "node:crypto";

import type { AddedValue, ValueOrigin } from "../redaction.ts";
import type { Search } from "../search/detector.ts";
import type { Text } from "../search/text.ts";
import { isCommon } from "./common-values.ts";
import { createValueEncoder } from "./encode-value.ts";
import type { ByteString } from "./forms/form.ts";
import { createPatternStore } from "./pattern-store.ts";
import { createPatternWindows, type WindowTable } from "./pattern-windows.ts";
import { createPrefixIndex } from "./prefix-index.ts";
import { trimBlanks } from "./trim-blanks.ts";
import { createValueSearch, type SoughtValue } from "./value-search.ts";

/** Looks for values that are known to be secret, in all their encodings. */
export interface KnownValues {
  /** Without blanks and newlines around it. */
  readonly add: (value: Uint8Array, source?: string, origin?: ValueOrigin) => AddedValue;
  /** Asked wherever one of the windows stands. */
  readonly inspect: (text: Text, position: number, windowId: number, search: Search) => void;
  /** The start of the longest end of the text that is the beginning of some value, in some encoding. */
  readonly longestPartial: (text: Text) => number | undefined;
  readonly count: number;
}

const MIN_VALUE_BYTES = 4;
const MAX_VALUE_BYTES = 1 << 20;
/** Blanks around a value are passed over, but not without end. */
const MAX_GIVEN_BYTES = MAX_VALUE_BYTES + 1024;
const MAX_VALUES = 10_000;
const MAX_PATTERN_BYTES = 32 << 20;
/** What a guarded job fills with values of its own leaves so much to those that the guard is given. */
const KEPT_VALUES = 2000;
const KEPT_BYTES = 8 << 20;
/** A value in all its encodings has some 75 times its size, and what takes the most comes last. */
const FULL_SHARE = 256 << 10;
const USUAL_FACTOR = 16;
const LARGE_SHARE = 2 << 20;
/** For the value as it is, in base64, and in one encoding more. When half of the room is taken, all values have that. */
const LEAST_FACTOR = 6;
const MAX_KEY_BYTES = 64;

export function createKnownValues(table: WindowTable): KnownValues {
  const store = createPatternStore();
  const windows = createPatternWindows(store, table);
  const prefixes = createPrefixIndex(store);
  const encoder = createValueEncoder();
  const values: SoughtValue[] = [];
  const known = new Set<string>();
  const { inspect } = createValueSearch(store, windows, values);

  const addForms = (value: ByteString, source: string | undefined, room: number): boolean => {
    const bytes = Buffer.from(value, "latin1");
    const first = store.add(encoder.encode(bytes, room), values.length);
    if (!windows.add(first, true)) {
      store.drop(first);
      return false;
    }
    prefixes.add(first);
    for (let pattern = first + 1; pattern < store.count; pattern++) {
      if (windows.add(pattern, false)) prefixes.add(pattern);
    }
    values.push(source === undefined ? { secret: bytes } : { secret: bytes, source });
    return true;
  };
  const roomFor = (byteLength: number, origin: ValueOrigin): number => {
    const kept = origin === "observed" ? KEPT_BYTES : 0;
    const left = MAX_PATTERN_BYTES - kept - store.byteCount;
    const least = byteLength * LEAST_FACTOR;
    const usual = Math.max(FULL_SHARE, Math.min(byteLength * USUAL_FACTOR, LARGE_SHARE));
    const share = left < MAX_PATTERN_BYTES / 2 ? least : Math.max(least, usual);
    return Math.min(left, share);
  };

  return {
    add(given, source, origin = "given") {
      if (given.length > MAX_GIVEN_BYTES) return "too-many";
      const value = trimBlanks(toByteString(given));
      if (value.length < MIN_VALUE_BYTES) return "too-short";
      if (isCommon(value)) return "too-common";
      const key = toKey(value);
      if (known.has(key)) return "known";
      const room = roomFor(value.length, origin);
      const isTooMuch = value.length > MAX_VALUE_BYTES || room < value.length;
      const most = origin === "observed" ? MAX_VALUES - KEPT_VALUES : MAX_VALUES;
      if (isTooMuch || values.length >= most || !addForms(value, source, room)) return "too-many";
      known.add(key);
      return "added";
    },
    inspect,
    longestPartial: prefixes.longestPartial,
    get count() {
      return values.length;
    },
  };
}

function toByteString(bytes: Uint8Array): ByteString {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

function toKey(value: ByteString): string {
  return value.length <= MAX_KEY_BYTES ? value : hash("sha256", Buffer.from(value, "latin1"));
}
