import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createRedaction } from "../../../../agent/redact/redaction.ts";
import { processorMs } from "../../../support/processor-time.ts";
import { decodeEscapesAt, toText } from "./decode-all.ts";
import { DUMPED, DUMPS, SECRET } from "./dumps.ts";

const redaction = createRedaction();
redaction.addValue(SECRET, "SECRET");

describe.each(Object.entries(DUMPS))("what %s prints", (_tool, printed) => {
  const dump = printed.trimStart();
  const log = `$ dump it\n${dump}that was it\n`;

  test("shows no line that holds a part of a secret but for its address", () => {
    const { shown, encodings } = redact([log]);
    const lines = shown.split("\n");
    const masked = lines.filter((line) => line.endsWith("***"));

    expect(encodings).toContain("dump");
    expect(lines[0]).toBe("$ dump it");
    expect(lines.at(-2)).toBe("that was it");
    expect(lines.length).toBe(log.split("\n").length);
    expect(masked.length).toBeGreaterThan(0);
    expect(masked.every((line) => /^(?:[0-9a-f]{6,8}:? +)?\*\*\*$/u.test(line))).toBe(true);
    // Lines that are shown are those that hold none of it.
    const kept = log.split("\n").filter((line) => lines.includes(line));
    expect(kept.length + masked.length).toBe(lines.length);
    expect(masked.length).toBeGreaterThanOrEqual(countLinesOf(dump));
  });

  test("is shown the same however it is cut", () => {
    const { shown } = redact([log]);

    for (const step of [1, 7, 31, 80]) expect(redact(toPieces(log, step)).shown).toBe(shown);
  });

  test("is read with a prefix before each line, and with its lines ended as Windows does", () => {
    const prefixed = log.replaceAll(/^(?=[0-9a-f]{6})/gmu, "app-1  | 12:00:01 ");

    expect(redact([prefixed]).encodings).toContain("dump");
    expect(redact([log.replaceAll("\n", "\r\n")]).encodings).toContain("dump");
  });
});

test("other tools' addresses are known too", () => {
  const [first, second] = [SECRET.slice(0, 16), SECRET.slice(16)];
  const tcpdump = `\t0x0010:  ${toWords(first)}  ${first}\n\t0x0020:  ${toWords(second)}  ${second}\n`;
  const openssl = `0000 - ${toPairs(first, "-")}   ${first}\n0010 - ${toPairs(second)}   ${second}\n`;
  const curl = `0000: ${toPairs(first)} ${first}\n0010: ${toPairs(second)} ${second}\n`;

  for (const dump of [tcpdump, openssl, curl]) {
    expect(redact([`${dump}end\n`]).shown).toMatch(
      /^\t?(?:0x)?0{2}[01]0[: -]+\*{3}\n\*{3}\nend\n$/u,
    );
  }
});

test("every secret of a long dump is found, wherever it is cut", () => {
  const gaps = fc.array(fc.integer({ min: 30, max: 9000 }), { minLength: 15, maxLength: 20 });
  fc.assert(
    fc.property(gaps, fc.constantFrom(4096, 65_536), (lengths, step) => {
      const content = lengths.map((length) => `${"x".repeat(length)}${SECRET}`).join("");
      const dump = toXxd(Buffer.from(content));
      const cut = redact(toPieces(dump, step));

      expect(cut.encodings.filter((encoding) => encoding === "dump")).toHaveLength(lengths.length);
      expect(cut.shown).toBe(redact([dump]).shown);
    }),
    { numRuns: 3 },
  );
});

test.each([
  "Address book 10: dead beef cafe face\n",
  "main.c:1200: 2 3 5 8 13 21 34 55 89\n",
  "00400: 12 34 56 78 90 12 34 56\n",
  "total 1200   12 34 56 78 90 12 34\n",
  "0000000 0000000 0000000 0000000\n",
  `${"0000000 ".repeat(40)}\n`,
])("%s holds nothing", (line) => {
  expect(redact([line]).shown).toBe(line);
});

test.each([
  ["lines of xxd", "00000000: 4142 4344 4546 4748  ABCDEFGH\n"],
  ["lines that go on with one another", toXxd(Buffer.alloc(100_000, "abc\0\x80"))],
  ["addresses in one line", "0000: 41 41 41 41 41 "],
  ["addresses of words", "0000000 4141 4141 "],
  ["lines of cells", "0000000   a   b   c\n"],
])("a megabyte of %s is over soon", (_name, unit) => {
  const content = unit.repeat(Math.ceil(1_000_000 / unit.length));
  const positions = Array.from(content.matchAll(/0(?:0: |0 )/gu), ({ index }) => index);

  expect(processorMs(() => decodeEscapesAt(toText(content), positions))).toBeLessThan(10_000);
});

function redact(pieces: readonly string[]): { shown: string; encodings: string[] } {
  const shown: Buffer[] = [];
  const encodings: string[] = [];
  const stream = redaction.openStream({
    emit: (bytes) => void shown.push(Buffer.from(bytes)),
    onFound: (found) => void encodings.push(...found.encodings),
  });
  for (const piece of pieces) stream.write(Buffer.from(piece));
  stream.end();
  return { shown: Buffer.concat(shown).toString(), encodings };
}

function toPieces(text: string, length: number): string[] {
  const count = Math.ceil(text.length / length);
  return Array.from({ length: count }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  );
}

/** The least number of lines that the secret takes where each holds as much as the first does. */
function countLinesOf(dump: string): number {
  const lines = dump.split("\n").filter((line) => line.length > 10).length;
  return Math.ceil((SECRET.length * lines) / (DUMPED.length + 16));
}

function toXxd(content: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < content.length; at += 16) {
    const row = content.subarray(at, at + 16);
    const address = at.toString(16).padStart(8, "0");
    lines.push(
      `${address}: ${toWords(row).padEnd(40)} ${row.toString("latin1").replaceAll(/[^ -~]/gu, ".")}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function toWords(content: string | Buffer): string {
  return (
    Buffer.from(content)
      .toString("hex")
      .match(/.{1,4}/gu) ?? []
  ).join(" ");
}

function toPairs(content: string, middle = " "): string {
  const pairs = Buffer.from(content).toString("hex").match(/../gu) ?? [];
  return [pairs.slice(0, 8).join(" "), pairs.slice(8).join(" ")]
    .filter((half) => half !== "")
    .join(middle);
}
