import { describe, expect, it } from "vitest";

import { createTrial } from "./naive-windows.ts";

const VALUE = "q7Xm-2vRk_9tLw0Zp8Ys";

describe("a known value", () => {
  it("is found as it is, with where it is from", () => {
    const trial = createTrial();
    expect(trial.add(VALUE, "NPM_TOKEN")).toBe("added");
    expect(trial.search(`token=${VALUE};`).finds).toEqual([
      {
        rule: "known-value",
        start: 6,
        end: 26,
        secret: Buffer.from(VALUE),
        encodings: [],
        confidence: "certain",
        source: "NPM_TOKEN",
      },
    ]);
  });

  it("is told once for each place where it stands", () => {
    const trial = createTrial(VALUE);
    expect(trial.search(`${VALUE} ${VALUE}\n${VALUE}${VALUE}`).finds).toHaveLength(4);
  });
});
