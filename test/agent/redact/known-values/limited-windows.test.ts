import { expect, test } from "vitest";

import { createKnownValues } from "../../../../agent/redact/known-values/known-values.ts";
import { createScanner } from "../../../../agent/redact/scanner/scanner.ts";
import type { Find } from "../../../../agent/redact/search/find.ts";
import { createRandom } from "../../../../bench/redact/random.ts";
import { createTrial } from "./naive-windows.ts";

const VALUES = [
  "correct horse battery staple 42",
  "line of a key\n  indented line\r\nlast = line",
  "back\\slash\\\nand = equals=\nand `ticks`",
  "0123456789abcdef0123456789abcdeX",
  "h7Gk2LpQ9rTzXw4vB8nM",
  "sevenX7",
];
const BREAKS = ["\n", "\r\n", "\\\n", "=\n", "\n    ", "`\r\n\t", "\n\n", "\\", "=", "\r", " "];
const TEXTS = 4000;

const encode = (value: string, encoding: number): string =>
  [
    value,
    Buffer.from(value).toString("base64"),
    Buffer.from(value).toString("hex"),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    Array.from(value).toReversed().join(""),
  ][encoding % 6] ?? value;

test("what stands beside windows keeps no pattern from being found, however it is broken into lines", () => {
  const scanner = createScanner();
  const known = createKnownValues(scanner.windows);
  const trial = createTrial(...VALUES);
  for (const value of VALUES) known.add(Buffer.from(value));
  scanner.windows.link();
  const at = scanner.memory.allocate(4096);
  const random = createRandom(5);
  const toText = (): string => {
    let text = "";
    for (let count = 1 + random.below(3); count > 0; count--) {
      let piece = encode(VALUES[random.below(VALUES.length)] ?? "", random.below(6));
      for (let breaks = random.below(4); breaks > 0; breaks--) {
        const place = random.below(piece.length);
        const kept = random.below(8) === 0 ? place + 1 : place;
        piece = `${piece.slice(0, place)}${BREAKS[random.below(BREAKS.length)]}${piece.slice(kept)}`;
      }
      text += random.below(3) === 0 ? piece.slice(0, -1) : piece;
    }
    return text;
  };
  let found = 0;
  for (let index = 0; index < TEXTS; index++) {
    const content = Buffer.from(toText());
    const isOpen = random.below(2) === 0;
    scanner.memory.bytes.set(content, at);
    scanner.memory.bytes.fill(0, at + content.length, at + content.length + 16);
    const end = at + content.length;
    const text = { bytes: scanner.memory.bytes, start: at, end, isOpen };
    const finds: Find[] = [];
    let goesOnFrom = Infinity;
    const hits = scanner.scanWindows({ start: at, from: at, end });
    for (let hit = 0; hit < hits.length; hit += 2) {
      known.inspect(text, hits[hit] ?? 0, hits[hit + 1] ?? 0, {
        add: (find) => void finds.push({ ...find, start: find.start - at, end: find.end - at }),
        goesOn: (from) => void (goesOnFrom = Math.min(goesOnFrom, from - at)),
      });
    }
    const plain = trial.search(content, { isOpen });
    expect(toSpans(finds)).toEqual(toSpans(plain.finds));
    expect(goesOnFrom).toBe(plain.goesOnFrom ?? Infinity);
    found += finds.length;
  }
  expect(found).toBeGreaterThan(TEXTS / 4);
});

function toSpans(finds: readonly Find[]): string[] {
  return finds.map(({ start, end, encodings }) => `${start}-${end} ${encodings.join()}`).toSorted();
}
