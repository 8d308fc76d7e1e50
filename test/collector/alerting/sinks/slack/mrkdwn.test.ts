import * as fc from "fast-check";
import { expect, test } from "vitest";

import {
  escapeForSlack,
  joinLines,
  toCode,
} from "../../../../../collector/alerting/sinks/slack/mrkdwn.ts";
import { hasDeadTextAlone } from "./slack-demands.ts";

const MAX = 40;
const text = fc.string({
  unit: fc.constantFrom("<", ">", "&", "`", "*", "_", "a", " ", "|", "😀"),
  maxLength: 60,
});

test("escaped text is never longer than its bound, and no entity is cut", () => {
  fc.assert(
    fc.property(text, (given) => {
      const escaped = escapeForSlack(given, MAX);

      expect(escaped.length).toBeLessThanOrEqual(MAX);
      expect(escaped).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
    }),
  );
});

test("code is one piece of code, whatever stands in it", () => {
  fc.assert(
    fc.property(text, (given) => {
      const code = toCode(given, MAX);

      expect(code.length).toBeLessThanOrEqual(MAX);
      expect(code).toMatch(/^(?:`[^`]+`|\(empty\))$/);
      expect(hasDeadTextAlone(code)).toBe(true);
    }),
  );
});

test("what there is no room for is said to be missing", () => {
  expect(joinLines(["one", "two"], 20)).toBe("one\ntwo");
  expect(joinLines(["one", "two", "three"], 10)).toBe("one\ntwo\n…");
});
