import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { ROOT_PLACES, toReadyPath, toSocketPath } from "../../../action/guard/places.ts";
import { beginAsRoot } from "../../../action/guard/start-as-root.ts";
import type { StartRequest } from "../../../action/guard/start-request.ts";
import { requires } from "../../support/requires.ts";

const { root } = requires;
const REQUEST: StartRequest = {
  policy: {},
  flags: ["--collector", "https://collector.example"],
  environment: { GITHUB_JOB: "build" },
  secrets: "s3cret",
  until: 1,
};
/** A machine with a guard of its own: nothing is begun before it is needed there. */
const isGuarded = [toReadyPath(ROOT_PLACES.state), toSocketPath(ROOT_PLACES.state)].some((path) =>
  existsSync(path),
);

let phases = "";

beforeEach(() => {
  phases = mkdtempSync(join(tmpdir(), "start-as-root-"));
});

afterEach(() => {
  rmSync(phases, { recursive: true, force: true });
});

describe.skipIf(!root.available)(`root's program${root.note}`, () => {
  test.skipIf(isGuarded)("begins before it is told what to do", async () => {
    writeProgram(`write("begun", ""); answer({ status: "failed", reason: readAll(), log: [] });`);
    using starting = beginAsRoot(phases);

    await expect.poll(() => existsSync(join(phases, "begun"))).toBe(true);
    const started = await starting.start(REQUEST);

    expect(started).toMatchObject({ status: "failed", log: [] });
    expect(JSON.parse("reason" in started ? started.reason : "")).toEqual(REQUEST);
  });

  test("has none of the job's variables, and no place of the job's to work in", async () => {
    writeProgram(
      `answer({ status: "ready", ready: { environment: process.env, place: process.cwd() }, log: [] });`,
    );
    using starting = beginAsRoot(phases);

    await expect(starting.start(REQUEST)).resolves.toMatchObject({
      ready: { environment: { PATH: expect.stringMatching(/^\/usr\/local\/sbin:/) }, place: "/" },
    });
  });

  test("that was refused before it was told anything is none, with the last that was said", async () => {
    writeProgram(
      `process.stderr.write("first\\na password is required\\n"); write("refused", ""); process.exitCode = 1;`,
    );
    using starting = beginAsRoot(phases);
    await expect.poll(() => isGuarded || existsSync(join(phases, "refused"))).toBe(true);

    await expect(starting.start(REQUEST)).resolves.toEqual({
      status: "no-root",
      reason: "a password is required",
    });
  });

  test.skipIf(isGuarded)("is told nothing where it is given up, and ends", async () => {
    writeProgram(`write("told", readAll());`);
    {
      using _ = beginAsRoot(phases);
    }

    await expect.poll(() => existsSync(join(phases, "told"))).toBe(true);
    expect(readFileSync(join(phases, "told"), "utf8")).toBe("");
  });
});

function writeProgram(body: string): void {
  const folder = JSON.stringify(phases);
  writeFileSync(
    join(phases, "start.mjs"),
    [
      `import { readFileSync, writeFileSync, writeSync } from "node:fs";`,
      `const readAll = () => readFileSync(0, "utf8");`,
      `const write = (name, text) => writeFileSync(${folder} + "/" + name, text);`,
      `const answer = (value) => writeSync(1, JSON.stringify(value));`,
      body,
    ].join("\n"),
  );
}
