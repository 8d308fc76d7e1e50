import {
  array,
  assert,
  constantFrom,
  nat,
  oneof,
  property,
  string,
  stringMatching,
  uint8Array,
} from "fast-check";
import { describe, expect, test } from "vitest";

import { findDecodableRuns } from "../../../../agent/redact/decode/decodable-runs.ts";
import { RUN_KINDS } from "../../../../agent/redact/decode/radix.ts";
import { createScanner, type Scanner } from "../../../../agent/redact/scanner/scanner.ts";
import type { Anchor } from "../../../../agent/redact/search/detector.ts";
import { scanFor } from "../../../support/redact/reference-scan.ts";

const ANCHORS: readonly Anchor[] = [
  { literal: "ghp_", followedBy: { characters: "word", atLeast: 4 } },
  { literal: "passw", ignoreCase: true, isAssigned: true },
  { literal: "eyJ", notAfter: "word" },
  { literal: "aaa" },
  { literal: "abc", notBefore: { run: "word", end: "blank" } },
  { literal: "://", followedBy: { characters: "visible", atLeast: 3 } },
  { literal: "-----BEGIN" },
  { literal: "%2F", ignoreCase: true },
  { literal: "%2E", notAfter: "digit" },
  { literal: "\0=" },
  { literal: "\0a\0", notInRowOf: "word" },
  { literal: "%25", notInRowOf: "word" },
  { literal: "ghx_", varied: 16 },
  { literal: "ghy_", varied: 30 },
  { literal: "ghz_", varied: 15 },
];
const PIECES = [
  "ghp_",
  "ghp_12",
  "abcd",
  "PassWord",
  "=",
  ": ",
  " ",
  "\n",
  "eyJ",
  "x",
  "aaa",
  "a",
  "://",
  "]]",
  "-----BEG",
  "-----BEGIN",
  '"',
  "'",
  "	",
  "\\",
  "é",
  "\0",
  "passwd_x.y-z   =",
  "passw\n=",
  "%2f",
  "%2F",
  "%2",
  "%",
  "=",
  "\0",
  "\0a",
  "%2E",
  "%25",
  "%a%25",
  "\0a\0a\0",
  "ghx_",
  "ghy_",
  "ghz_",
  "abcdefghijklmnopq",
];
const texts = array(oneof(constantFrom(...PIECES), string({ maxLength: 3 })), {
  maxLength: 60,
}).map((pieces) => Buffer.from(pieces.join("")));

describe("anchors", () => {
  test("stand exactly where they stand when one looks at every position", () => {
    const scanner = createScanner();
    const ids = ANCHORS.map((anchor) => scanner.addAnchor(anchor));
    const at = scanner.memory.allocate(65_536);

    assert(
      property(texts, nat({ max: 5 }), (bytes, skipped) => {
        const from = Math.min(skipped, bytes.length);
        const text = { bytes, start: 0, end: bytes.length, isOpen: false };
        const expected = ANCHORS.flatMap((anchor, index) =>
          scanFor(anchor, text).map((position) => [ids[index], position]),
        ).filter(([, position]) => (position ?? 0) >= from);
        scanner.memory.bytes.fill(0x61, at, at + bytes.length + 32);
        scanner.memory.bytes.set(bytes, at);

        const hits = scanner.scanAnchors({ start: at, from: at + from, end: at + bytes.length });

        expect(sorted(pairs(hits).map(([position, id]) => [id, position - at]))).toEqual(
          sorted(expected),
        );
      }),
    );
  });

  test("are all told where there are more than fit at a time", () => {
    const scanner = createScanner();
    scanner.addAnchor({ literal: "aaa" });
    const at = put(scanner, Buffer.alloc(100_000, "a"));

    const hits = scanner.scanAnchors({ start: at, from: at, end: at + 100_000 });

    expect(pairs(hits).map(([position]) => position - at)).toEqual(
      Array.from({ length: 99_998 }, (_, index) => index),
    );
  });
});

describe("windows", () => {
  test("are told with their ids at every place where they stand", () => {
    const scanner = createScanner();
    const windows = ["abcdefgh", "bcdefghi", "aaaaaaaa", "abcd", "zzzz"].map((text) =>
      Buffer.from(text),
    );
    for (const [id, window] of windows.entries()) scanner.windows.add(window, id);
    scanner.windows.add(Buffer.from("abcdefgh"), 5);
    const text = Buffer.from("xabcdefghizzzzaaaaaaaaaabcd");
    const at = put(scanner, text);

    const hits = scanner.scanWindows({ start: at, from: at, end: at + text.length });

    expect(sorted(pairs(hits).map(([position, id]) => [id, position - at]))).toEqual(
      sorted([
        [0, 1],
        [5, 1],
        [1, 2],
        [3, 1],
        [3, 23],
        [4, 10],
        [2, 14],
        [2, 15],
        [2, 16],
      ]),
    );
  });

  test.each([
    ["wxyzabcdefgh1234", 1],
    ["wxyzabcdefgh1235", 0],
    ["wxy-abcdefgh1234", 0],
    ["wxyzabcdefgh56", 0],
    ["wxyzabcdefgh12", 1],
    ["xyzabcdefgh1234", 1],
    ["wxyzabcdefgh12\r\n", 1],
    ["wxyzabcdefgh12\n  34", 1],
    ["wxyzabcdefgh12\n  44", 0],
    ["wxyzabcdefgh12\\\n34", 1],
    ["wxyzabcdefgh12\\x", 0],
    ["wxyzabcdefgh12x\\\n", 0],
    ["wxyzabcdefgh12=", 1],
    ["\nx  abcdefgh1234", 1],
    ["bcdeabcdefgh9999", 1],
    ["bcdeabcdefgh1234", 1],
  ])("that are limited by what stands beside them are told of %j %d times", (content, count) => {
    const scanner = createScanner();
    scanner.windows.add(Buffer.from("abcdefgh"), 7);
    const limit = (pattern: string): void => {
      const start = pattern.indexOf("abcdefgh");
      const place = { bytes: Buffer.from(pattern), patternStart: 0, start, end: start + 8 };
      scanner.windows.limit(7, { ...place, patternEnd: pattern.length });
      scanner.windows.link();
    };
    limit("wxyzabcdefgh1234");
    // Another pattern begins so, and ends with the window.
    if (content.startsWith("bcde")) limit("bcdeabcdefgh");
    const at = put(scanner, Buffer.from(content));

    const hits = scanner.scanWindows({ start: at, from: at, end: at + content.length });

    expect(pairs(hits)).toHaveLength(count);
  });

  test("are found among a hundred thousand that were added one by one", () => {
    const scanner = createScanner();
    for (let index = 0; index < 100_000; index++) scanner.windows.add(toWindow(index), index);
    const sought = [0, 1, 255, 256, 4096, 99_999];
    const text = Buffer.concat(
      sought.map((index) => Buffer.concat([Buffer.from(" "), toWindow(index)])),
    );
    const at = put(scanner, text);

    const hits = scanner.scanWindows({ start: at, from: at, end: at + text.length });

    expect(pairs(hits).map(([, id]) => id)).toEqual(sought);
  });

  test.each([[3], [300], [70_000]])("are found wherever they begin, among %d", (count) => {
    const scanner = createScanner();
    for (let index = 0; index < count; index++) scanner.windows.add(toWindow(index), index);
    const text = Buffer.from("-".repeat(40));
    const at = put(scanner, text);
    for (let position = 0; position <= text.length - 8; position++) {
      const window = toWindow((position * 2_113) % count);
      scanner.memory.bytes.set(window, at + position);
      for (let from = Math.max(0, position - 9); from <= position + 1; from++) {
        const end = at + position + 8 + ((from * 7) % 9);
        const hits = scanner.scanWindows({ start: at, from: at + from, end });

        expect(pairs(hits).map(([begin]) => begin - at)).toEqual(from > position ? [] : [position]);
      }
      scanner.memory.bytes.set(text, at);
    }
  });

  test("are all told where there are more than are told at a time", () => {
    const scanner = createScanner();
    scanner.windows.add(Buffer.from("aaaaaaaa"), 0);
    const at = put(scanner, Buffer.alloc(30_000, "a"));

    const hits = scanner.scanWindows({ start: at, from: at + 1, end: at + 30_000 });

    expect(pairs(hits).map(([position]) => position - at)).toEqual(
      Array.from({ length: 29_992 }, (_, index) => index + 1),
    );
  });

  test("do not reach over the end of a text", () => {
    const scanner = createScanner();
    scanner.windows.add(Buffer.from("abcdefgh"), 0);
    const at = put(scanner, Buffer.from("abcdefgh"));

    expect(scanner.scanWindows({ start: at, from: at, end: at + 7 })).toHaveLength(0);
  });
});

describe("runs", () => {
  const scanner = createScanner();
  const at = scanner.memory.allocate(65_536);
  const scan = (bytes: Uint8Array) => {
    scanner.memory.bytes.fill(0x61, at, at + bytes.length + 32);
    scanner.memory.bytes.set(bytes, at);
    const words = scanner.scanRuns({ start: at, from: at, end: at + bytes.length });
    return Array.from({ length: words.length / 4 }, (_, index) => {
      const [kind = 0, start = 0, end = 0, alignments = 0] = words.subarray(index * 4);
      return { kind: RUN_KINDS[kind], start: start - at, end: end - at, alignments };
    }).toSorted(byPlace);
  };
  const base64 = uint8Array({ maxLength: 60 }).map((bytes) =>
    Buffer.from(bytes).toString("base64"),
  );
  const encoded = oneof(
    base64,
    string({ maxLength: 60 }).map((text) => Buffer.from(text).toString("base64")),
    string({ maxLength: 60 }).map((text) => Buffer.from(text).toString("base64url")),
    string({ maxLength: 60 }).map((text) => Buffer.from(text, "utf16le").toString("base64")),
    string({ maxLength: 40 }).map((text) => Buffer.from(text).toString("hex")),
    string({ maxLength: 40 }).map((text) => Buffer.from(text).toString("hex").toUpperCase()),
    stringMatching(/^[A-Z2-7]{0,60}={0,7}$/u),
    constantFrom("H4sIAAAAAAAAA", "eJwLz8gsVgCi", " ", "\n", "=", ":", "/", "node_modules/", "a"),
    string({ maxLength: 5 }),
  );

  test("are those of the definition", () => {
    assert(
      property(array(encoded, { maxLength: 20 }), (pieces) => {
        const bytes = Buffer.from(pieces.join(""));
        const text = { bytes, start: 0, end: bytes.length, isOpen: false };

        expect(scan(bytes)).toEqual(findDecodableRuns(text).toSorted(byPlace));
      }),
      { numRuns: 1000 },
    );
  });

  test("of a text of one run are found whole, whatever its length", () => {
    for (let length = 16; length < 100; length++) {
      const bytes = Buffer.from("c2VjcmV0".repeat(13).slice(0, length));

      expect(scan(bytes)).toMatchObject([{ kind: "base64", start: 0, end: length }]);
    }
  });
});

describe("lines", () => {
  const scanner = createScanner();

  test("are counted, and the last one's start and any byte are found", () => {
    assert(
      property(array(constantFrom("\n", "a", "bbbbbbbbbbbbbbbbb"), { maxLength: 40 }), (pieces) => {
        const text = pieces.join("");
        const at = put(scanner, Buffer.from(text));
        const end = at + text.length;

        expect(scanner.countNewlines(at, end)).toBe(text.split("\n").length - 1);
        expect(scanner.findLastLineStart(at, end) - at).toBe(text.lastIndexOf("\n") + 1);
        const found = scanner.findByte(0x62, at, end);
        expect(found === -1 ? -1 : found - at).toBe(text.indexOf("b"));
      }),
      { numRuns: 50 },
    );
  });
});

describe("terminal sequences and stamps", () => {
  const scanner = createScanner();
  const strip = (input: string | Buffer, beginsLine = true) => {
    const bytes = Buffer.from(input);
    const from = put(scanner, bytes);
    const to = scanner.memory.allocate(bytes.length);
    const stretchesAt = scanner.memory.allocate((bytes.length + 1) * 8);
    const { stretches, end } = scanner.strip({
      from,
      end: from + bytes.length,
      to,
      stretchesAt,
      beginsLine,
    });
    const start = stretches === null ? from : to;
    const text = Buffer.from(scanner.memory.bytes.subarray(start, end));
    return {
      text,
      stretches: pairs(stretches ?? new Uint32Array()).map(([textAt, inputAt]) => [
        textAt - to,
        inputAt - from,
      ]),
    };
  };

  test.each([
    ["colours", "a\u001B[1;31mb\u001B[0mc", "abc"],
    ["a sequence at each end", "\u001B[31mabc\u001B[m", "abc"],
    ["what asks for a character set", "\u001B(Babc", "abc"],
    ["single functions", "a\u001B7b\u001B8c", "abc"],
    ["private parameters", "\u001B[?25labc\u001B[?25h", "abc"],
    ["a sequence that is cut off by the end of the line", "ab\u001B[31\nc", "ab31\nc"],
    [
      "a sequence that no terminal would know for its length",
      `a\u001B[${"1".repeat(300)}mb`,
      `a${"1".repeat(300)}mb`,
    ],
    ["an ESC at the end", "abc\u001B", "abc"],
    ["the letters of a title, but not its text", "\u001B]0;title\u0007abc", "0;title\u0007abc"],
    [
      "the letters of a link, but not where it leads",
      "\u001B]8;;https://x\u001B\\abc\u001B]8;;\u001B\\",
      "8;;https://xabc8;;",
    ],
    ["stamps", "2026-11-21T22:58:08.1234567Z a\n2026-11-21T22:58:08.123Z b\n", "a\nb\n"],
    ["a stamp behind a byte order mark", "\u{FEFF}2026-11-21T22:58:08.1234567Z a", "a"],
    ["a stamp before a colour", "2026-11-21T22:58:08.1234567Z \u001B[31ma\n", "a\n"],
  ])("go: %s", (_, input, expected) => {
    expect(strip(input).text.toString()).toBe(expected);
  });

  test.each([
    ["nothing to take out", "abc\nabc"],
    ["a stamp in the middle of a line", "at 2026-11-21T22:58:08.1234567Z a"],
    ["a stamp without its Z", "2026-11-21T22:58:08.1234567 a"],
    ["a date alone", "2026-11-21"],
  ])("stay: %s", (_, input) => {
    expect(strip(input)).toEqual({ text: Buffer.from(input), stretches: [] });
  });

  test("a stamp is none where no line begins", () => {
    const input = "2026-11-21T22:58:08.1234567Z a";

    expect(strip(input, false).text.toString()).toBe(input);
  });

  test("every byte of the text is the byte of the input that its stretch says", () => {
    const piece = oneof(
      constantFrom(
        "\u001B[31m",
        "\u001B",
        "[",
        "\n",
        "2026-11-21T22:58:08.1234567Z ",
        "ab",
        "\u001B]0;",
        "\u0007",
        "é",
      ),
      string({ maxLength: 4 }),
    );
    assert(
      property(array(piece, { maxLength: 40 }), (pieces) => {
        const input = Buffer.from(pieces.join(""));
        const { text, stretches } = strip(input);
        const [first] = stretches;
        const places = stretches.length === 0 ? [[0, 0]] : stretches;

        expect(first?.[0] ?? 0).toBe(0);
        for (const [index, [textAt = 0, inputAt = 0]] of places.entries()) {
          const end = places[index + 1]?.[0] ?? text.length;
          expect(text.subarray(textAt, end)).toEqual(
            input.subarray(inputAt, inputAt + end - textAt),
          );
        }
      }),
    );
  });
});

function toWindow(index: number): Buffer {
  return Buffer.from(index.toString(36).padStart(8, "~"));
}

function put({ memory }: Scanner, bytes: Uint8Array): number {
  const at = memory.allocate(bytes.length);
  memory.bytes.set(bytes, at);
  return at;
}

function pairs(words: Uint32Array): [number, number][] {
  return Array.from({ length: words.length / 2 }, (_, index) => [
    words[index * 2] ?? 0,
    words[index * 2 + 1] ?? 0,
  ]);
}

function sorted(rows: readonly (readonly (number | undefined)[])[]) {
  return rows.toSorted(
    (left, right) => (left[0] ?? 0) - (right[0] ?? 0) || (left[1] ?? 0) - (right[1] ?? 0),
  );
}

function byPlace(
  left: { start: number; kind: string | undefined },
  right: { start: number; kind: string | undefined },
) {
  return left.start - right.start || String(left.kind).localeCompare(String(right.kind));
}
