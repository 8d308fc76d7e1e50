import { expect, test } from "vitest";

import { createTextRedaction } from "../../../../agent/redact/record/text-redaction.ts";
import { createFakeRedaction, MARK, SECRET } from "./fake-redaction.ts";

test("text in which nothing was found is not looked at again", () => {
  const fake = createFakeRedaction();
  const texts = createTextRedaction(fake);

  expect(["make", "make"].map((text) => texts.redactText(text))).toEqual(["make", "make"]);
  expect(fake.asked).toBe(1);
});

test("text in which something was found is told of each time", () => {
  const texts = createTextRedaction(createFakeRedaction());
  let found = 0;
  for (let time = 0; time < 3; time += 1) {
    expect(texts.redactText(`a ${SECRET}`, () => (found += 1))).toBe(`a ${MARK}`);
  }

  expect(found).toBe(3);
});

test("a value that becomes known later is found in text that was clean before", () => {
  const fake = createFakeRedaction();
  const texts = createTextRedaction(fake);
  expect(texts.redactText("make lunch-at-noon")).toBe("make lunch-at-noon");
  fake.addValue("lunch-at-noon");

  expect(texts.redactText("make lunch-at-noon")).toBe(`make ${MARK}`);
});

test("what a report lists of a large job is not looked at again, and the memory of it has a bound", () => {
  const fake = createFakeRedaction();
  const texts = createTextRedaction(fake);
  const redactAll = (numbers: readonly number[]): number => {
    fake.asked = 0;
    for (const number of numbers) texts.redactText(`make part-${number}`);
    return fake.asked;
  };
  const listed = Array.from({ length: 18_000 }, (_, number) => number);

  expect(redactAll(listed)).toBe(18_000);
  expect(redactAll(listed)).toBe(0);
  expect(redactAll(listed.map((number) => 100_000 + number))).toBe(18_000);
  expect(redactAll([0])).toBe(1);
});

test("a list in which nothing is found comes back as it is", () => {
  const args = ["make", "-j4"];

  expect(createTextRedaction(createFakeRedaction()).redactParts(args)).toBe(args);
});
