/** File systems that the job serves itself, and that answer everybody but the guard. */
import { existsSync, mkdirSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { buildProgram } from "../support/build-program.ts";
import { requires } from "../support/requires.ts";
import { Workplace } from "./guard.ts";

const POLICY = `
version: 1
rules:
  forbidden:
    title: Not here
    response: kill-job
    on: process
    when: { process.executable: ["**/forbidden", "**/served"] }
`;
/** Goes on for long after it did what ends it. */
const OUTLIVES = "sleep 20; touch survived";
const ENDED = { rules: ["forbidden"], response: ["kill-job"] };
const note = requires.bpf.note || requires.fuse.note;

describe.skipIf(note !== "")(`a job that serves its own files${note}`, () => {
  test("is ended by a rule while another one wants to read its script there", async () => {
    using place = new Workplace();
    place.write(
      "script",
      `v=$(echo aGk= | base64 -d); ln /bin/true forbidden; ./forbidden; ${OUTLIVES}`,
    );

    expect(await play(place, ["files", "script"], ["bash", "files/served"])).toEqual(ENDED);
  });

  test("is ended by a rule for a program that lies there", async () => {
    using place = new Workplace();

    expect(
      await play(place, ["files", "/bin/sleep"], ["sh", "-c", `files/served 20; ${OUTLIVES}`]),
    ).toEqual(ENDED);
  });

  test.each([
    ["a checkout in its", "part/.git", ":"],
    // Posture is looked at when the rules are ready, and one of them would have ended who serves it.
    ["its", ".git", "sleep 2"],
  ])(
    "is ended by a rule when %s working directory was to be looked at",
    async (_, directory, wait) => {
      using place = new Workplace();
      const script = `echo > ${directory}/../a.c; ${wait}; ln /bin/true forbidden; ./forbidden; ${OUTLIVES}`;

      expect(await play(place, [directory, "/dev/null"], ["sh", "-c", script])).toEqual(ENDED);
    },
  );
});

/** In a mount namespace of the guard's and the job's own, so that nothing is left of the mounts. */
async function play(
  place: Workplace,
  [directory, file]: readonly [string, string],
  command: readonly string[],
) {
  mkdirSync(place.path(directory), { recursive: true });
  place.write("policy.yml", POLICY);
  const options = ["--policy", place.path("policy.yml"), "--enforcement", "none"];
  const { report } = await place.report(
    options,
    [buildProgram("serve-files"), directory, file, ...command],
    { inOwnMounts: true },
  );
  expect(existsSync(place.path("survived"))).toBe(false);
  const found = report.findings.filter(({ rule }) => rule.id === "forbidden");
  return {
    rules: found.map(({ rule }) => rule.id),
    response: found.map(({ response }) => response),
  };
}
