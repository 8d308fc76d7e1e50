import { findRunEnd, isOf } from "../../../../agent/redact/search/character-class.ts";
import type { Anchor, Hit } from "../../../../agent/redact/search/detector.ts";
import type { Find } from "../../../../agent/redact/search/find.ts";
import type { Text } from "../../../../agent/redact/search/text.ts";
import { createShapeDetector } from "../../../../agent/redact/shapes/shape-detector.ts";
import type { Searched } from "../../../support/redact/reference-scan.ts";

const DETECTOR = createShapeDetector();
/** A name, what closes it, blanks and the sign. */
const MAX_ASSIGNED = 32 + 2 + 4 + 1;

/** The input with every find replaced by `***`. */
export function maskShapes(input: string): string {
  const bytes = Buffer.from(input);
  let shown = "";
  let at = 0;
  for (const { start, end } of searchShapes(input).finds) {
    if (start >= at) shown += `${bytes.toString("utf8", at, start)}***`;
    at = Math.max(at, end);
  }
  return shown + bytes.toString("utf8", at);
}

/** What the detector says of the input; there is none of the scanner's haste here, but large inputs are no trouble. */
export function searchShapes(
  input: string,
  { isOpen = false }: { readonly isOpen?: boolean } = {},
): Searched {
  const bytes = Buffer.from(input);
  const text: Text = { bytes, start: 0, end: bytes.length, isOpen };
  const finds: Find[] = [];
  let goesOnFrom: number | undefined;
  for (const hit of findHits(text)) {
    DETECTOR.inspect(text, hit, {
      add: (find) => void finds.push(find),
      goesOn: (from) => void (goesOnFrom = Math.min(from, goesOnFrom ?? from)),
    });
  }
  return { finds: finds.toSorted((left, right) => left.start - right.start), goesOnFrom };
}

function findHits(text: Text): Hit[] {
  const written = Buffer.from(text.bytes).toString("latin1");
  const lowered = written.toLowerCase();
  const hits = DETECTOR.anchors.flatMap((anchor, index) => {
    const places = findPlaces(anchor, anchor.ignoreCase === true ? lowered : written);
    return places
      .filter((position) => hasConditions(anchor, text, position))
      .map((position) => ({ position, anchor: index }));
  });
  return hits.toSorted((left, right) => left.position - right.position);
}

function findPlaces({ literal }: Anchor, written: string): number[] {
  const places: number[] = [];
  for (let at = written.indexOf(literal); at !== -1; at = written.indexOf(literal, at + 1)) {
    places.push(at);
  }
  return places;
}

/** As the plain scanner has them, which is too slow for a megabyte. */
function hasConditions(anchor: Anchor, { bytes, start, end }: Text, position: number): boolean {
  const { notAfter, followedBy } = anchor;
  if (notAfter !== undefined && position > start && isOf(notAfter, bytes[position - 1]))
    return false;
  const from = position + anchor.literal.length;
  if (followedBy !== undefined) {
    const to = Math.min(from + followedBy.atLeast, end);
    if (findRunEnd(bytes, followedBy.characters, { from, to }) < to) return false;
  }
  if (anchor.isAssigned !== true) return true;
  const behind = Buffer.from(bytes.subarray(from, from + MAX_ASSIGNED)).toString("latin1");
  return /^[\w.-]{0,32}["'`\\\]]{0,2}[ \t]{0,4}(?:[=:]|$)/u.test(behind);
}
