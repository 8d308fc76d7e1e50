import { findDecodableRuns } from "../../../../agent/redact/decode/decodable-runs.ts";
import { decodeEscapes, escapeAnchors } from "../../../../agent/redact/decode/decode-escapes.ts";
import { decodeRun } from "../../../../agent/redact/decode/decode-run.ts";
import type { Decoded } from "../../../../agent/redact/decode/decoded.ts";
import type { Anchor } from "../../../../agent/redact/search/detector.ts";
import type { Text } from "../../../../agent/redact/search/text.ts";
import { scanFor } from "../../../support/redact/reference-scan.ts";

export interface DecodedAll {
  readonly decoded: readonly Decoded[];
  readonly goesOnFrom: readonly number[];
}

/** Every run of the text that is worth it, those left out that were decoded along with one before them. */
export function decodeAll(content: string, options: { isOpen?: boolean } = {}): DecodedAll {
  const text = toText(content, options);
  const decoded: Decoded[] = [];
  const goesOnFrom: number[] = [];
  const through = new Map<string, number>();
  for (const run of findDecodableRuns(text)) {
    if (run.start < (through.get(run.kind) ?? 0)) continue;
    const found = decodeRun(text, run, { goesOn: (from) => void goesOnFrom.push(from) });
    decoded.push(...found);
    through.set(run.kind, Math.max(0, ...found.map((one) => one.through)));
  }
  return { decoded, goesOnFrom };
}

/** Everything escaped of the text, asked for where anchors stand. */
export function decodeAllEscapes(content: string, options: { isOpen?: boolean } = {}): DecodedAll {
  const text = toText(content, options);
  const positions = escapeAnchors.flatMap((anchor) =>
    mayStand(anchor, content) ? scanFor(anchor, text) : [],
  );
  return decodeEscapesAt(
    text,
    positions.toSorted((left, right) => left - right),
  );
}

export function decodeEscapesAt(text: Text, positions: readonly number[]): DecodedAll {
  const decoded: Decoded[] = [];
  const goesOnFrom: number[] = [];
  const through = new Map<number | undefined, number>();
  for (const position of positions) {
    if (position < (through.get(text.bytes[position]) ?? 0)) continue;
    const found = decodeEscapes(text, position, { goesOn: (from) => void goesOnFrom.push(from) });
    if (found.through > position) through.set(text.bytes[position], found.through);
    decoded.push(...found.decoded);
  }
  return { decoded, goesOnFrom };
}

function mayStand({ literal }: Anchor, content: string): boolean {
  return content.toLowerCase().includes(literal.toLowerCase());
}

export function toText(content: string, { isOpen = false }: { isOpen?: boolean } = {}): Text {
  const bytes = Buffer.from(content, "latin1");
  return { bytes, start: 0, end: bytes.length, isOpen };
}

export function holds(secret: string): (decoded: Decoded) => boolean {
  return ({ bytes }) => Buffer.from(bytes).includes(secret);
}
