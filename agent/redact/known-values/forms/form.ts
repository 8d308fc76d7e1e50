import { isUtf8 } from "node:buffer";

import type { Encoding } from "../../search/find.ts";
import type { ByteMap } from "./byte-map.ts";
import type { Digits } from "./write-digits.ts";

/** One character (U+0000 to U+00FF) for each byte: V8 keeps these as compactly as bytes, and hashes and joins them faster. */
export type ByteString = string;

export interface FormKind {
  readonly encodings: readonly Encoding[];
  /**
   * As a person would type it, so that even its first byte is held back. Of what only programs write, eight bytes have to
   * stand before it can be a beginning.
   */
  readonly isLegible: boolean;
  /** So many characters before and after the form hold bits of the value too, together with bits of its neighbours. */
  readonly sharedBefore: number;
  readonly sharedAfter: number;
}

/** Takes the ways in which a value may be written down. */
export interface FormWriter {
  /** So many bytes more are taken. */
  readonly room: number;
  /** Whether there was room for it. */
  readonly add: (bytes: ByteString, kind: FormKind) => boolean;
  readonly addBytes: (bytes: Uint8Array, kind: FormKind) => void;
  /** The value, with each of its bytes as the map has it. */
  readonly addMapped: (map: ByteMap, kind: FormKind) => void;
  readonly addDigits: (bytes: Uint8Array, digits: Digits, kind: FormKind) => void;
}

/** A value from all the sides from which the encodings see it. */
export interface ValueSides {
  readonly bytes: Buffer;
  readonly byteString: ByteString;
  /** Absent where the bytes are not UTF-8: encodings of characters do not exist then. */
  readonly text?: string;
  readonly isAscii: boolean;
}

export function legible(...encodings: readonly Encoding[]): FormKind {
  return { encodings, isLegible: true, sharedBefore: 0, sharedAfter: 0 };
}

export function machineMade(...encodings: readonly Encoding[]): FormKind {
  return { encodings, isLegible: false, sharedBefore: 0, sharedAfter: 0 };
}

export function toValueSides(value: Uint8Array): ValueSides {
  const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  const byteString = bytes.toString("latin1");
  if (!isUtf8(bytes)) return { bytes, byteString, isAscii: false };
  const text = bytes.toString("utf8");
  return { bytes, byteString, text, isAscii: text.length === bytes.length };
}

export function utf8(text: string): ByteString {
  return Buffer.from(text).toString("latin1");
}
