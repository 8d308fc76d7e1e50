import { expect, test } from "vitest";

import { SHAPES } from "../../../../agent/redact/shapes/shapes.ts";

const LITERALS = SHAPES.flatMap((shape) =>
  shape.kind === "json-web-token" ? shape.anchors.map(({ literal }) => literal) : shape.anchors,
);

test("there are shapes of all that a job is likely to hold, each of a name of its own", () => {
  const ids = SHAPES.map(({ id }) => id);
  expect(ids.length).toBeGreaterThan(200);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.filter((id) => !/^[a-z0-9]+(-[a-z0-9]+)+$/u.test(id))).toEqual([]);
});

test("each shape says where it is from", () => {
  expect(SHAPES.filter(({ source }) => !URL.canParse(source))).toEqual([]);
});

test("the scanner can look for every anchor", () => {
  expect(LITERALS.filter((literal) => literal.length < 3 || literal.length > 24)).toEqual([]);
  const names = SHAPES.flatMap((shape) => (shape.kind === "named" ? shape.anchors : []));
  expect(names.filter((name) => name !== name.toLowerCase())).toEqual([]);
});
