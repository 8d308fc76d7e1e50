import { findDecodableRuns } from "../../../../agent/redact/decode/decodable-runs.ts";
import { decodeRun } from "../../../../agent/redact/decode/decode-run.ts";
import type { Decoded } from "../../../../agent/redact/decode/decoded.ts";
import type { EscapeDecoder } from "../../../../agent/redact/decode/escape-decoder.ts";
import { escapeDecoders } from "../../../../agent/redact/decode/escape-decoders.ts";
import type { Anchor } from "../../../../agent/redact/search/detector.ts";
import type { Text } from "../../../../agent/redact/search/text.ts";
import { scanFor } from "../../../support/redact/reference-scan.ts";
import { readEscapes } from "./read-escapes.ts";

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
  return joined(
    readEscapes(text),
    decodeWithEach(text, ({ anchors }) => {
      const positions = anchors.flatMap((anchor) =>
        mayStand(anchor, content) ? scanFor(anchor, text) : [],
      );
      return positions.toSorted((left, right) => left - right);
    }),
  );
}

/** Each decoder is asked at those of the positions where there is the first character of one of its anchors; the scanner for itself. */
export function decodeEscapesAt(text: Text, positions: readonly number[]): DecodedAll {
  return joined(
    readEscapes(text),
    decodeWithEach(text, ({ anchors }) => {
      const first = new Set(anchors.map(({ literal }) => literal.charCodeAt(0)));
      return positions.filter((position) => first.has(text.bytes[position] ?? -1));
    }),
  );
}

function joined(one: DecodedAll, other: DecodedAll): DecodedAll {
  return {
    decoded: [...one.decoded, ...other.decoded],
    goesOnFrom: [...one.goesOnFrom, ...other.goesOnFrom],
  };
}

function decodeWithEach(
  text: Text,
  positionsOf: (decoder: EscapeDecoder) => readonly number[],
): DecodedAll {
  const decoded: Decoded[] = [];
  const goesOnFrom: number[] = [];
  for (const decoder of escapeDecoders) {
    let through = 0;
    for (const position of positionsOf(decoder)) {
      if (position < through) continue;
      const found = decoder.decode(text, position, {
        goesOn: (from) => void goesOnFrom.push(from),
      });
      if (found.through > position) ({ through } = found);
      decoded.push(...found.decoded);
    }
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
