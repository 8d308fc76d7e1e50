import type { FormKind, FormWriter, ValueSides } from "./form.ts";
import { createSharedKinds, type SharedKinds } from "./shared-kinds.ts";
import { digitCount, writeDigits, type Digits } from "./write-digits.ts";

/** With fewer characters, what does not depend on the neighbours could stand anywhere by chance. */
const MIN_CHARACTERS = 8;
const LETTERS_AND_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const ALPHABETS = ["+/", "-_"].map((last) => Buffer.from(LETTERS_AND_DIGITS + last));

/** When so many bytes of their group of three are before the bytes. */
interface Alignment {
  readonly bytesBefore: number;
  readonly inAlphabets: readonly Digits[];
  readonly isSharedBefore: boolean;
}

const ALIGNMENTS = [0, 1, 2].map((bytesBefore): Alignment => {
  const skippedBits = (8 * (3 - bytesBefore)) % 6;
  const inAlphabets = ALPHABETS.map((alphabet) => ({ bits: 6, alphabet, skippedBits }));
  return { bytesBefore, inAlphabets, isSharedBefore: bytesBefore !== 0 };
});

const onceKind = createSharedKinds("base64");
const utf16Kind = createSharedKinds("base64", "utf-16");
const twiceKind = createSharedKinds("base64", "base64");

export function addBase64Forms({ bytes }: ValueSides, forms: FormWriter): void {
  addAlignments(bytes, onceKind, forms);
  /** Of 4 or 5 bytes too little is left without neighbours, which are nothing or the newline of `echo`. */
  if (bytes.length < 6) {
    forms.add(bytes.toString("base64"), onceKind(0, 0));
    forms.add(Buffer.concat([bytes, Buffer.from("\n")]).toString("base64"), onceKind(0, 0));
  }
}

/** What `powershell -EncodedCommand` takes. */
export function addBase64OfUtf16Forms({ text }: ValueSides, forms: FormWriter): void {
  if (text !== undefined) addAlignments(Buffer.from(text, "utf16le"), utf16Kind, forms);
}

export function addNestedBase64Forms({ bytes }: ValueSides, forms: FormWriter): void {
  for (const inner of ALIGNMENTS) {
    const innerBytes = toDigits(bytes, inner);
    const isInnerSharedAfter = isSharedAfter(bytes, inner);
    for (const outer of ALIGNMENTS) {
      /** A shared character of the inner text has 8 bits, which are parts of two characters of the outer. */
      const before = inner.isSharedBefore ? 2 : Number(outer.isSharedBefore);
      const after = isInnerSharedAfter ? 2 : Number(isSharedAfter(innerBytes, outer));
      addInBothAlphabets(innerBytes, outer, { kind: twiceKind(before, after), forms });
    }
  }
}

function addAlignments(bytes: Buffer, toKind: SharedKinds, forms: FormWriter): void {
  for (const alignment of ALIGNMENTS) {
    const after = Number(isSharedAfter(bytes, alignment));
    const kind = toKind(Number(alignment.isSharedBefore), after);
    addInBothAlphabets(bytes, alignment, { kind, forms });
  }
}

function isSharedAfter({ length }: Uint8Array, { bytesBefore }: Alignment): boolean {
  return (8 * (length + bytesBefore)) % 6 !== 0;
}

function addInBothAlphabets(
  bytes: Uint8Array,
  { inAlphabets }: Alignment,
  { kind, forms }: { readonly kind: FormKind; readonly forms: FormWriter },
): void {
  for (const digits of inAlphabets) {
    if (digitCount(bytes.length, digits) >= MIN_CHARACTERS) forms.addDigits(bytes, digits, kind);
  }
}

function toDigits(bytes: Buffer, { inAlphabets: [digits] }: Alignment): Uint8Array {
  if (digits === undefined) return new Uint8Array(0);
  const written = new Uint8Array(Math.max(0, digitCount(bytes.length, digits)));
  writeDigits(bytes, digits, { bytes: written, at: 0 });
  return written;
}
