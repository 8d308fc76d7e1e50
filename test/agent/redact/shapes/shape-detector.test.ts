import { describe, expect, test } from "vitest";

import { toChecksum } from "../../../../agent/redact/shapes/checksum.ts";
import type { Shape } from "../../../../agent/redact/shapes/shape.ts";
import { SHAPES } from "../../../../agent/redact/shapes/shapes.ts";
import {
  createRandom,
  makeExample,
  type ShapeExample,
} from "../../../support/redact/shape-examples.ts";
import { maskShapes, searchShapes } from "./search-shapes.ts";

const EXAMPLES = 5;

describe.each(SHAPES.map((shape) => [shape.id, shape] as const))("%s", (_id, shape) => {
  test("is found whole where it stands alone, quoted, assigned, and at a line's end", () => {
    for (const { text, secret } of makeExamples(shape)) {
      const masked = `${text.slice(0, text.length - secret.length)}***`;
      expect(maskShapes(text)).toBe(masked);
      expect(maskShapes(`got ${text} and more`)).toBe(`got ${masked} and more`);
      expect(maskShapes(`{"x": "${text}"}`)).toBe(`{"x": "${masked}"}`);
      expect(maskShapes(`X='${text}'\n`)).toBe(`X='${masked}'\n`);
      expect(maskShapes(`X=${text}\nnext`)).toBe(`X=${masked}\nnext`);
      expect(maskShapes(`one\r\nX=${text}\r\nnext`)).toBe(`one\r\nX=${masked}\r\nnext`);
      expect(maskShapes(masked)).toBe(masked);
    }
  });

  test("is not decided on while more may follow, wherever it is cut", () => {
    const { text, secret } = makeExample(shape, createRandom(7));
    const shownLength = text.length - secret.length;
    const cuts = Array.from({ length: text.length }, (_, index) => text.slice(0, index + 1));
    for (const cut of cuts) {
      expect(searchShapes(`X='${cut}`, { isOpen: true }).finds).toEqual([]);
    }
    for (const cut of cuts.filter((begun) => holdsAnchor(shape, begun))) {
      const { goesOnFrom } = searchShapes(`X='${cut}`, { isOpen: true });
      expect(goesOnFrom).toBeLessThanOrEqual(3 + shownLength);
    }
  });

  test("says where it begins when the rest is there", () => {
    const { text, secret } = makeExample(shape, createRandom(8));
    const { finds, goesOnFrom } = searchShapes(`X='${text}'\n`, { isOpen: true });
    // The secret that belongs to the id may come in the next lines.
    expect(goesOnFrom).toBe(shape.kind === "aws-access-key" ? "X='".length : undefined);
    expect(finds.map(({ rule }) => rule)).toContain(shape.id);
    expect(finds[0]).toMatchObject({
      start: 3 + text.length - secret.length,
      end: 3 + text.length,
    });
  });
});

const IN_WORDS = SHAPES.filter(
  (shape) => shape.kind === "token" && shape.notAfter === undefined && shape.before === undefined,
);

test.each(IN_WORDS.map((shape) => [shape.id, shape] as const))(
  "%s is found in the middle of a word",
  (_id, shape) => {
    for (const { text, secret } of makeExamples(shape)) {
      const shown = text.slice(0, text.length - secret.length);
      expect(maskShapes(`build-xx${text}/x`)).toMatch(`build-xx${shown}***`);
    }
  },
);

const WITH_CHECKSUM = SHAPES.flatMap((shape) =>
  shape.kind === "token" && shape.checksum !== undefined ? [shape] : [],
);

test.each(WITH_CHECKSUM.map((shape) => [shape.id, shape] as const))(
  "%s is certain where its checksum holds, and masked where it does not",
  (_id, shape) => {
    const { text } = makeExample(
      { ...shape, examples: [shape.examples?.[0] ?? shape.parts] },
      createRandom(3),
    );
    const wrong = `${text.slice(0, -1)}${text.endsWith("0") ? "1" : "0"}`;
    expect(searchShapes(text).finds).toMatchObject([{ confidence: "certain", end: text.length }]);
    expect(searchShapes(wrong).finds).toMatchObject([{ confidence: "likely", end: text.length }]);
  },
);

test("a checksum tells a token from the word that it runs into", () => {
  const { text } = makeExample(
    SHAPES.find(({ id }) => id === "github-personal-access-token") ?? raise(),
    createRandom(1),
  );
  const [find] = searchShapes(`${text}AndMore`).finds;
  expect(find).toMatchObject({ end: text.length + "AndMore".length, confidence: "certain" });
  expect(Buffer.from(find?.secret ?? []).toString()).toBe(text);
});

test("checksums are those of the vendors", () => {
  // Published as examples: https://grafana.com/blog/2022/08/24/new-in-grafana-9.1-service-accounts-are-now-ga/
  const begun = ["glsa", "EX7x97tgxct383QhbrPIZgqPi9Q56w4H", ""].join("_");
  expect(toChecksum("grafana", Buffer.from(begun), 5)).toBe("7552804e");
  expect(toChecksum("github", Buffer.from("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ"), 0)).toBe("0mLq17");
});

function makeExamples(shape: Shape): ShapeExample[] {
  return Array.from({ length: EXAMPLES }, (_, seed) => makeExample(shape, createRandom(seed)));
}

/** Before that there is nothing to be asked about. */
function holdsAnchor(shape: Shape, text: string): boolean {
  const anchors =
    shape.kind === "json-web-token" ? shape.anchors.map(({ literal }) => literal) : shape.anchors;
  return anchors.some((anchor) => text.toLowerCase().includes(anchor.toLowerCase()));
}

function raise(): never {
  throw new Error("No such shape");
}
