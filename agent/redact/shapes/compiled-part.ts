import { toClassBit } from "../search/character-class.ts";
import type { Part } from "./shape.ts";

/** A part as it is compared with bytes. */
export interface CompiledPart {
  /** Empty where it is a run. */
  readonly literal: Uint8Array;
  /** The run's class, as CLASS_BITS has it. */
  readonly bit: number;
  readonly atLeast: number;
  readonly atMost: number;
}

export function compileParts(parts: readonly Part[]): readonly CompiledPart[] {
  return parts.map((part) =>
    "literal" in part
      ? {
          literal: toBytes(part.literal),
          bit: 0,
          atLeast: part.literal.length,
          atMost: part.literal.length,
        }
      : {
          literal: toBytes(""),
          bit: toClassBit(part.characters),
          atLeast: part.atLeast,
          atMost: part.atMost,
        },
  );
}

export function toBytes(literal: string): Uint8Array {
  return Uint8Array.from(literal, (character) => character.charCodeAt(0));
}
