import type { AddForm, ByteString, FormKind, ValueSides } from "./form.ts";
import { createSharedKinds, type SharedKinds } from "./shared-kinds.ts";

/** With fewer characters, what does not depend on the neighbours could stand anywhere by chance. */
const MIN_CHARACTERS = 8;
const ALIGNMENTS = [0, 1, 2] as const;

const onceKind = createSharedKinds("base64");
const utf16Kind = createSharedKinds("base64", "utf-16");
const twiceKind = createSharedKinds("base64", "base64");

type Alignment = (typeof ALIGNMENTS)[number];

/** Of an encoding, what is the same whatever stands around the bytes. */
interface Middle {
  readonly characters: ByteString;
  readonly isSharedBefore: boolean;
  readonly isSharedAfter: boolean;
}

export function addBase64Forms({ bytes }: ValueSides, add: AddForm): void {
  addAlignments(bytes, onceKind, add);
  /** Of 4 or 5 bytes too little is left without neighbours, which are nothing or the newline of `echo`. */
  if (bytes.length < 6) {
    add(bytes.toString("base64"), onceKind(0, 0));
    add(Buffer.concat([bytes, Buffer.from("\n")]).toString("base64"), onceKind(0, 0));
  }
}

/** What `powershell -EncodedCommand` takes. */
export function addBase64OfUtf16Forms({ text }: ValueSides, add: AddForm): void {
  if (text !== undefined) addAlignments(Buffer.from(text, "utf16le"), utf16Kind, add);
}

export function addNestedBase64Forms({ bytes }: ValueSides, add: AddForm): void {
  for (const innerAlignment of ALIGNMENTS) {
    const inner = toMiddle(bytes, innerAlignment);
    const innerBytes = Buffer.from(inner.characters, "latin1");
    for (const alignment of ALIGNMENTS) {
      const outer = toMiddle(innerBytes, alignment);
      /** A shared character of the inner text has 8 bits, which are parts of two characters of the outer. */
      const before = inner.isSharedBefore ? 2 : Number(outer.isSharedBefore);
      const after = inner.isSharedAfter ? 2 : Number(outer.isSharedAfter);
      addInBothAlphabets(outer.characters, twiceKind(before, after), add);
    }
  }
}

function addAlignments(bytes: Buffer, toKind: SharedKinds, add: AddForm): void {
  for (const alignment of ALIGNMENTS) {
    const { characters, isSharedBefore, isSharedAfter } = toMiddle(bytes, alignment);
    addInBothAlphabets(characters, toKind(Number(isSharedBefore), Number(isSharedAfter)), add);
  }
}

/** When `alignment` bytes of their group of three are before the bytes. */
function toMiddle(bytes: Buffer, alignment: Alignment): Middle {
  const padded = alignment === 0 ? bytes : Buffer.concat([Buffer.alloc(alignment), bytes]);
  const bits = 8 * padded.length;
  return {
    characters: padded
      .toString("base64")
      .slice(Math.ceil((8 * alignment) / 6), Math.floor(bits / 6)),
    isSharedBefore: alignment !== 0,
    isSharedAfter: bits % 6 !== 0,
  };
}

function addInBothAlphabets(characters: ByteString, kind: FormKind, add: AddForm): void {
  if (characters.length < MIN_CHARACTERS) return;
  add(characters, kind);
  if (/[+/]/.test(characters)) add(characters.replaceAll("+", "-").replaceAll("/", "_"), kind);
}
