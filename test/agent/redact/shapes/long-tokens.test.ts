import { describe, expect, test } from "vitest";

import { processorMs } from "../../../support/processor-time.ts";
import { createRandom, makeRun } from "../../../support/redact/shape-examples.ts";
import { searchShapes } from "./search-shapes.ts";

const LONG = 1 << 18;
const RANDOM = createRandom(5);

describe("a token that does not end", () => {
  const token = `glpat-${makeRun("lowerAlphanumeric", LONG, RANDOM)}`;

  test("is swallowed to where it ends", () => {
    const { finds } = searchShapes(`a ${token} b`);
    expect(finds).toMatchObject([{ start: 2, end: 2 + token.length }]);
  });

  test("is followed through what comes behind the text", () => {
    const { finds, goesOnFrom } = searchShapes(`a ${token}`, { isOpen: true });
    expect(goesOnFrom).toBeUndefined();
    expect(finds).toMatchObject([{ start: 2, end: 2 + token.length }]);
    const more = Buffer.from("more' and");
    expect(finds[0]?.continuation?.advance(more, 0, 4)).toBe(4);
    expect(finds[0]?.continuation?.advance(more, 0, more.length)).toBe(4);
  });

  test("is the same secret wherever the text is cut", () => {
    const [whole] = searchShapes(`a ${token}`).finds;
    const [cut] = searchShapes(`a ${token.slice(0, 5000)}`, { isOpen: true }).finds;
    expect(whole?.secret).toHaveLength(4096);
    expect(cut?.secret).toEqual(whole?.secret);
  });
});

describe("the secret beside an AWS access key id", () => {
  const id = ["AK", "IA", makeRun("base32", 16, RANDOM)].join("");
  const secret = makeRun("base64", 40, RANDOM);

  test.each([
    ["on the same line", `${id} ${secret}\n`],
    ["in a table", `"${id}","${secret}"\n`],
    ["on the next line", `id: ${id}\nvalue: ${secret}\n`],
    ["two lines on", `${id}\r\nregion\r\n${secret}\r\n`],
    ["at the end", `${id}:${secret}`],
  ])("is found %s", (_where, text) => {
    const start = text.indexOf(secret);
    expect(searchShapes(text).finds).toMatchObject([
      { rule: "aws-access-key-id" },
      { rule: "aws-secret-access-key", start, end: start + 40 },
    ]);
  });

  test("is not looked for further on, nor is a commit taken for one", () => {
    const commit = makeRun("lowerHex", 40, RANDOM);
    for (const text of [`${id}\n\n\n${secret}\n`, `${id} ${commit}\n`]) {
      expect(searchShapes(text).finds).toMatchObject([{ rule: "aws-access-key-id" }]);
    }
  });
});

/** Were each of them walked to the run's end, one would take minutes. */
describe("a megabyte of prefixes is quick", () => {
  const varied = makeRun("alphanumeric", 60, RANDOM);
  test.each([
    ["ghp_"],
    ["ghs_"],
    ["glpat-"],
    ["sk-ant-"],
    ["eyJ"],
    ["eyJhbGciOiJIUzI1NiJ9"],
    ["eyJhbGciOiJIUzI1NiJ9."],
    ["T3BlbkFJ"],
    ["JQQJ99"],
    ["AKIA"],
    ["dd_api_key="],
    ["x-amz-security-token="],
    [`glpat-${varied}`],
    [`sk-ant-${varied}glpat-${varied}`],
    [`ghs_${varied}.eyJhbGciOiJIUzI1NiJ9.${varied}`],
  ])("%s", (prefix) => {
    const flood = prefix.repeat((1 << 20) / prefix.length);
    let count = 0;
    const ms = processorMs(() => (count = searchShapes(flood).finds.length));
    expect(ms).toBeLessThan(12_000);
    expect(count).toBeLessThanOrEqual(2);
  });
});
