import { expect, test } from "vitest";

import { createUnsentDatagrams } from "../../../agent/events/unsent-datagrams.ts";

test("what is withheld is told once when it sends", () => {
  const unsent = createUnsentDatagrams({ maxKeys: 2 });

  expect(unsent.withhold("a")).toBe(true);
  expect(unsent.sent("a")).toBe(1);
  expect(unsent.sent("a")).toBe(0);
});

test("what is closed unused is forgotten when nothing more can come of it", () => {
  const unsent = createUnsentDatagrams({ maxKeys: 1 });
  unsent.withhold("a");

  expect(unsent.closed("a")).toBe(true);
  expect(unsent.closed("a")).toBe(false);

  unsent.settle();
  unsent.settle();

  expect(unsent.sent("a")).toBe(0);
  expect(unsent.withhold("b")).toBe(true);
});

test("a refused packet that is told of after the closing counts", () => {
  const unsent = createUnsentDatagrams({ maxKeys: 1 });
  unsent.withhold("a");
  unsent.closed("a");
  unsent.settle();

  expect(unsent.sent("a")).toBe(1);
  expect(unsent.sent("a")).toBe(0);
});

test("each socket counts for itself", () => {
  const unsent = createUnsentDatagrams({ maxKeys: 1 });
  unsent.withhold("a");
  unsent.withhold("a");
  unsent.closed("a");
  unsent.settle();
  unsent.settle();

  expect(unsent.sent("a")).toBe(1);
  expect(unsent.sent("a")).toBe(0);
});

test("where there is no room nothing is withheld", () => {
  const unsent = createUnsentDatagrams({ maxKeys: 1 });

  expect(unsent.withhold("a")).toBe(true);
  expect(unsent.withhold("b")).toBe(false);
  expect(unsent.sent("b")).toBe(0);
});
