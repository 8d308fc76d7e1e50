import { describe, expect, test } from "vitest";
import { z } from "zod";

import { PLAYS } from "../../agent/simulate/play-list.ts";
import { requires } from "../support/requires.ts";
import { Workplace } from "./guard.ts";

const outputSchema = z.object({
  flagged: z.int(),
  outcomes: z.array(
    z.strictObject({
      rule: z.string(),
      result: z.enum(["flagged", "missed", "not-played"]),
      seen: z.boolean(),
      response: z.string().nullable(),
      afterMs: z.int().nullable(),
      message: z.string(),
    }),
  ),
});
/** Each has a guard of its own, which takes some seconds to start where the machine has other work. */
const AT_ONCE = 3;
const RULES = PLAYS.map(({ rule }) => rule);
const PLAYS_OF_A_TEST = Array.from({ length: Math.ceil(RULES.length / AT_ONCE) }, (_, index) =>
  RULES.slice(index * AT_ONCE, (index + 1) * AT_ONCE),
);

describe("runner-guard simulate", () => {
  describe.skipIf(!requires.bpf.available)(`every play${requires.bpf.note}`, () => {
    test.each(PLAYS_OF_A_TEST)("%j are flagged, and nothing is left", async (...rules) => {
      using place = new Workplace();
      const { status, stdout, stderr } = await place.run(["simulate", "--json", ...rules]);
      const { outcomes, flagged } = outputSchema.parse(JSON.parse(stdout.toString()));

      expect(outcomes.filter(({ result, seen }) => result !== "flagged" || !seen)).toEqual([]);
      expect({ status, stderr, flagged }).toEqual({ status: 0, stderr: "", flagged: rules.length });
      expect(outcomes.map(({ rule }) => rule)).toEqual(rules);
      expect(place.remains()).toEqual({ processes: [], files: [] });
    });
  });

  test.skipIf(!requires.bpf.available)(
    `an attack that was not flagged: exit 1${requires.bpf.note}`,
    async () => {
      using place = new Workplace();
      // Without cat there is no attack, as if the guard had missed it.
      const env = { PATH: place.folder };
      const { status, stdout } = await place.run(["simulate", "process-environ-read"], { env });

      expect(status).toBe(1);
      expect(stdout.toString()).toMatch(/^process-environ-read +yes +MISSED /m);
      expect(stdout.toString()).toContain("\n0 of 1 attacks were flagged.\n");
    },
  );

  test("--list tells what each does, and plays nothing", async () => {
    using place = new Workplace();
    const { status, stdout } = await place.run(["simulate", "--list"]);

    expect(status).toBe(0);
    expect(stdout.toString()).toMatch(/^miner +runs a program named xmrig, which does nothing$/m);
    expect(stdout.toString()).toMatch(/^metadata-service +it would ask the cloud's real/m);
  });

  test.each([
    ["no-such-rule", /no play for no-such-rule: `runner-guard simulate --list` tells/],
    ["metadata-service", /no play for metadata-service: it would ask the cloud's real/],
  ])("%s is wrong usage", async (rule, says) => {
    using place = new Workplace();
    const { status, stderr, stdout } = await place.run(["simulate", "miner", rule]);

    expect({ status, stdout: stdout.toString() }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(says);
  });
});
