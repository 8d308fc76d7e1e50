import { describe, expect, test } from "vitest";

import { parseRules } from "../../../../agent/commands/redact/redact-flags.ts";
import { AgentError } from "../../../../agent/errors.ts";

describe("--rules", () => {
  test.each([
    ["shapes", { shapes: true, structures: false, decoding: false }],
    ["structures, shapes", { shapes: true, structures: true, decoding: false }],
    ["shapes,structures,decoding", { shapes: true, structures: true, decoding: true }],
    ["none", { shapes: false, structures: false, decoding: false }],
  ])("%s", (text, expected) => {
    expect(parseRules(text)).toEqual(expected);
  });

  test.each(["", "shape", "shapes,none", "shapes,,decoding", "SHAPES"])(
    "%j is refused with what there is",
    (text) => {
      expect(() => parseRules(text)).toThrow(AgentError);
      expect(() => parseRules(text)).toThrow(
        /is not known; expected .*shapes, structures, decoding/,
      );
    },
  );
});
