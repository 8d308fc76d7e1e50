import { NEWLINE } from "../../search/text.ts";
import { MIN_PIECE_BYTES } from "../match-pattern.ts";
import { trimBlanks } from "../trim-blanks.ts";
import { isAlphanumeric, writeMapped, type ByteMap } from "./byte-map.ts";
import { legible, type FormKind, type FormWriter } from "./form.ts";
import { digitCount, writeDigits } from "./write-digits.ts";

/** All forms of one value, each only once. */
export interface WrittenForms extends FormWriter {
  /** Room for the forms of the next value, of so many bytes at most. */
  readonly begin: (value: Uint8Array, maxBytes: number) => void;
  readonly count: number;
  readonly byteCount: number;
  /** One after the other. */
  readonly bytes: Buffer;
  readonly endOf: (form: number) => number;
  readonly kindOf: (form: number) => FormKind;
}

const NO_KIND = legible();
const FIRST_BYTES = 65_536;
/** The lines of a value, and some 200 encodings. */
const MAX_FORMS = 4096;
/** A byte may be written in so many: `&#x1F;` for each of `&quot;`. */
const MOST_FOR_BYTE = 64;

export function createWrittenForms(): WrittenForms {
  let bytes = Buffer.alloc(FIRST_BYTES);
  let value = new Uint8Array(0);
  let maxBytes = 0;
  let end = 0;
  const specials: number[] = [];
  const isSpecial = new Uint8Array(256);
  let count = 0;
  const ends = new Int32Array(MAX_FORMS);
  const kinds: FormKind[] = [];
  /** By hashes, open addressing; a form's number + 1, or 0. */
  const slots = new Int32Array(4 * MAX_FORMS);
  const slotOf = new Int32Array(MAX_FORMS);

  const makeRoom = (byteLength: number): void => {
    if (end + byteLength <= bytes.length) return;
    const grown = Buffer.alloc(Math.max(end + byteLength, 2 * bytes.length));
    bytes.copy(grown, 0, 0, end);
    bytes = grown;
  };
  /** Takes what was written behind the last form, if it is another one. */
  const take = (writtenTo: number, kind: FormKind): void => {
    if (writtenTo > maxBytes) return;
    const to = dropShortStart(bytes, end, writtenTo);
    if (to === end || count === MAX_FORMS) return;
    const mask = slots.length - 1;
    let slot = hashOf(bytes, end, to) & mask;
    for (; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const other = (slots[slot] ?? 0) - 1;
      const start = other === 0 ? 0 : (ends[other - 1] ?? 0);
      if (isSame(bytes, { start, end: ends[other] ?? 0 }, { start: end, end: to })) return;
    }
    ends[count] = to;
    kinds[count] = kind;
    slotOf[count] = slot;
    slots[slot] = ++count;
    end = to;
  };
  const isUnchanged = ({ isMild, changes }: ByteMap): boolean => {
    if (!isMild) return false;
    for (let index = 0; index < specials.length; index++) {
      if (changes[specials[index] ?? 0] === 1) return false;
    }
    return true;
  };

  return {
    get room() {
      return maxBytes - end;
    },
    begin(given, most) {
      value = new Uint8Array(given);
      maxBytes = most;
      end = 0;
      for (let form = 0; form < count; form++) slots[slotOf[form] ?? 0] = 0;
      count = 0;
      for (const byte of specials) isSpecial[byte] = 0;
      specials.length = 0;
      for (let index = 0; index < given.length; index++) {
        const byte = given[index] ?? 0;
        if (isSpecial[byte] === 1 || isAlphanumeric(byte)) continue;
        isSpecial[byte] = 1;
        specials.push(byte);
      }
    },
    add(form, kind) {
      if (end + form.length > maxBytes) return false;
      makeRoom(form.length);
      take(end + bytes.write(form, end, "latin1"), kind);
      return true;
    },
    addBytes(form, kind) {
      if (end + form.length > maxBytes) return;
      makeRoom(form.length);
      bytes.set(form, end);
      take(end + form.length, kind);
    },
    addMapped(map, kind) {
      if (isUnchanged(map) || end + value.length > maxBytes) return;
      makeRoom(Math.min(value.length * MOST_FOR_BYTE, maxBytes - end) + MOST_FOR_BYTE);
      take(writeMapped(value, map, { bytes, at: end, limit: maxBytes }), kind);
    },
    addDigits(source, digits, kind) {
      const length = digitCount(source.length, digits);
      if (end + length > maxBytes) return;
      makeRoom(length);
      take(writeDigits(source, digits, { bytes, at: end }), kind);
    },
    get count() {
      return count;
    },
    get byteCount() {
      return end;
    },
    get bytes() {
      return bytes;
    },
    endOf: (form) => ends[form] ?? 0,
    kindOf: (form) => kinds[form] ?? NO_KIND,
  };
}

/** A first line such as `{` is no piece of a secret, and nobody waits for what follows such lines. Returns the new end. */
function dropShortStart(bytes: Buffer, start: number, end: number): number {
  let from = start;
  for (let at = start; at < start + MIN_PIECE_BYTES - 1; at++) {
    if (at < end && bytes[at] === NEWLINE) from = at + 1;
  }
  if (from === start) return end;
  const kept = trimBlanks(bytes.toString("latin1", from, end));
  return start + bytes.write(kept, start, "latin1");
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  return hash ^ (hash >>> 15);
}

function isSame(bytes: Uint8Array, one: Span, other: Span): boolean {
  if (one.end - one.start !== other.end - other.start) return false;
  for (let at = one.start, to = other.start; at < one.end; at++, to++) {
    if (bytes[at] !== bytes[to]) return false;
  }
  return true;
}
