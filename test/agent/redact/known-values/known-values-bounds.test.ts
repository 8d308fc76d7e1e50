import { randomBytes } from "node:crypto";

import { describe, expect, it } from "vitest";

import { createKnownValues } from "../../../../agent/redact/known-values/known-values.ts";
import { processorMs } from "../../../support/processor-time.ts";
import { createTrial } from "./naive-windows.ts";

const MEGABYTE = 1 << 20;
const TEXT_BYTES = 1 << 17;
const token = (): string => randomBytes(30).toString("base64url");

describe("many known values", () => {
  it("are taken up to a bound, of which what a job does leaves a share, and the rest is counted by whoever gives them", () => {
    let windowCount = 0;
    const known = createKnownValues({ add: () => void windowCount++, limit: () => {} });
    const counts = { added: 0, known: 0, "too-short": 0, "too-common": 0, "too-many": 0 };
    for (let index = 0; index < 15_000; index++) {
      counts[known.add(Buffer.from(token()), "ENV", "observed")]++;
    }
    expect(known.count).toBe(8000);
    for (let index = 0; index < 15_000; index++) counts[known.add(Buffer.from(token()))]++;
    expect(counts).toEqual({
      added: 10_000,
      known: 0,
      "too-short": 0,
      "too-common": 0,
      "too-many": 20_000,
    });
    expect(known.count).toBe(10_000);
    expect(windowCount).toBeLessThan(MEGABYTE);
  });

  it("are told the scanner by windows of 8 bytes, or of 4, each once and each with a number of its own", () => {
    const windows: string[] = [];
    const ids = new Set<number>();
    const known = createKnownValues({
      add(window, id) {
        windows.push(Buffer.from(window).toString("latin1"));
        ids.add(id);
      },
      limit: () => {},
    });
    for (let index = 0; index < 500; index++) known.add(Buffer.from(token()));
    known.add(Buffer.from("hunter2"));
    expect(new Set(windows).size).toBe(windows.length);
    expect(ids.size).toBe(windows.length);
    expect(new Set(windows.map(({ length }) => length))).toEqual(new Set([4, 8]));
    expect(windows.length).toBeLessThan(60_000);
  });

  it("are found too where they begin alike", () => {
    const values = Array.from({ length: 300 }, () => `header.of.all.of.them.${token()}`);
    const trial = createTrial(...values);
    for (const value of values) expect(trial.mask(`x ${value} y`)).toBe("x *** y");
    expect(trial.mask(Buffer.from(values[299] ?? "").toString("base64"))).toMatch(/^\*\*\*=*$/);
  });

  it("are refused where they are alike in all but a few bytes, and slow nobody down", () => {
    const trial = createTrial();
    const common = "abcdefghijklmnop".repeat(60);
    for (let index = 0; index < 200; index++) trial.add(`${common}${index}`.padEnd(965, "z"));
    const text = `${common}!`.repeat(200);
    expect(processorMs(() => trial.search(text))).toBeLessThan(12_000);
  });

  it("of a megabyte are taken one by one until there is no more room", () => {
    const trial = createTrial();
    const added = Array.from({ length: 8 }, () => trial.add(randomBytes(MEGABYTE)));
    expect(added.slice(0, 2)).toEqual(["added", "added"]);
    expect(added.at(-1)).toBe("too-many");
    expect(trial.add(Buffer.alloc(MEGABYTE + 1, "xy"))).toBe("too-many");
    expect(trial.add(Buffer.alloc(100 * MEGABYTE, "xy"))).toBe("too-many");
  });
});

describe("a hostile value", () => {
  it.each([
    { name: "of NUL bytes", value: Buffer.alloc(64), added: "too-common" },
    { name: "of newlines", value: Buffer.alloc(MEGABYTE, "\n"), added: "too-short" },
    { name: "of blanks", value: Buffer.alloc(MEGABYTE, " "), added: "too-short" },
    { name: "of one letter", value: Buffer.alloc(MEGABYTE, "a"), added: "too-common" },
    { name: "of two letters", value: Buffer.alloc(TEXT_BYTES, "ab"), added: "added" },
    { name: "of short lines", value: Buffer.alloc(TEXT_BYTES, "abcdefg\n1"), added: "added" },
    {
      name: "of bytes that are not UTF-8",
      value: Buffer.alloc(5_000, "\xff\xfe\x80\xc3(", "latin1"),
      added: "added",
    },
    { name: "of quotes", value: Buffer.alloc(TEXT_BYTES, `"'\\`), added: "added" },
    {
      name: "of half a surrogate",
      value: Buffer.from("abc\xed\xa0\x80def", "latin1"),
      added: "added",
    },
  ])("$name is $added", ({ value, added }) => {
    const trial = createTrial();
    expect(trial.add(value)).toBe(added);
    expect(trial.search(value).finds.length > 0).toBe(added === "added");
  });

  it.each([
    { name: "its first window", value: `firstwin${"x".repeat(40)}`, text: "firstwin" },
    {
      name: "all but its last byte",
      value: `${"0123456789abcdef".repeat(4)}!`,
      text: "0123456789abcdef".repeat(4),
    },
    { name: "all but the last byte of a long one", value: `${token().repeat(250)}!`, text: "" },
    { name: "a repetition that it ends", value: `${"ab".repeat(500)}!`, text: "ab" },
    {
      name: "a repetition that it interrupts",
      value: `${"ab".repeat(500)}!${"ab".repeat(500)}`,
      text: "ab",
    },
    { name: "a repetition that it is", value: "ab".repeat(500), text: "ab" },
    {
      name: "a long repetition that it is",
      value: "abcdefghijk".repeat(5_000),
      text: "abcdefghijk",
    },
    {
      name: "a repetition of repetitions",
      value: `${"ab".repeat(40)}!`.repeat(20),
      text: `${"ab".repeat(40)}!`,
    },
    {
      name: "lines of its first half",
      value: `${"0123456789abcdef".repeat(4)}!`,
      text: "01234567\n",
    },
    { name: "its start and blanks", value: token(), text: " \n" },
  ])("makes no more work than a text is long: $name", ({ value, text }) => {
    const repeated = text === "" ? value.slice(0, -1) : text;
    const trial = createTrial(value);
    const input = Buffer.alloc(TEXT_BYTES, repeated);
    const ms = processorMs(() => {
      trial.search(input, { isOpen: true });
      trial.known.longestPartial({ bytes: input, start: 0, end: input.length, isOpen: true });
    });
    // The naive scanner takes most of it; work that grew with the square would take minutes.
    expect(ms).toBeLessThan(12_000);
  });

  it("that repeats itself is told once for each run of it, and masked to its end", () => {
    const trial = createTrial("ab".repeat(20));
    expect(trial.mask(`x${"ab".repeat(1_000)}ay ${"ab".repeat(19)} ${"ab".repeat(20)}`)).toBe(
      `x***y ${"ab".repeat(19)} ***`,
    );
    // As it is, and reversed.
    const finds = [
      { start: 0, end: 2_000 },
      { start: 1, end: 1_999 },
    ];
    expect(trial.search("ab".repeat(1_000)).finds).toMatchObject(finds);
    expect(trial.search("ab".repeat(1_000), { isOpen: true }).goesOnFrom).toBe(1_960);
  });
});
