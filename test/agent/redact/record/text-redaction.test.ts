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

test("the memory of clean texts has a bound", () => {
  const fake = createFakeRedaction();
  const texts = createTextRedaction(fake);
  for (let index = 0; index < 10_000; index += 1) texts.redactText(`text ${index}`);
  fake.asked = 0;
  texts.redactText("text 0");

  expect(fake.asked).toBe(1);
});

test("a list in which nothing is found comes back as it is", () => {
  const args = ["make", "-j4"];

  expect(createTextRedaction(createFakeRedaction()).redactParts(args)).toBe(args);
});
