import { describe, expect, test } from "vitest";

import type { Shape } from "../../../../agent/redact/shapes/shape.ts";
import { SHAPES } from "../../../../agent/redact/shapes/shapes.ts";
import {
  createRandom,
  makeExample,
  type ShapeExample,
} from "../../../support/redact/shape-examples.ts";
import { maskShapes } from "./search-shapes.ts";

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
    }
  });
});

function makeExamples(shape: Shape): ShapeExample[] {
  return Array.from({ length: EXAMPLES }, (_, seed) => makeExample(shape, createRandom(seed)));
}
