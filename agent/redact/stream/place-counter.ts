import type { Scanner } from "../scanner/scanner.ts";
import { createColumnCounter } from "./column-counter.ts";

/** Of the line, from 1, and in it, from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

interface Counted {
  /** A position of the input, and the number of the line it is in. */
  readonly from: number;
  readonly line: number;
  readonly textStart: number;
}

/** Tells of positions, each behind the one before, where they are; by lines of the input and columns of its text. */
export function createPlaceCounter(
  scanner: Scanner,
  { from, line: firstLine, textStart }: Counted,
): (inputPosition: number, textPosition: number) => Place {
  const columnOf = createColumnCounter(scanner, textStart);
  let counted = from;
  let line = firstLine;
  return (inputPosition, textPosition) => {
    const position = Math.max(inputPosition, counted);
    line += scanner.countNewlines(counted, position);
    counted = position;
    return { line, column: columnOf(textPosition) };
  };
}
