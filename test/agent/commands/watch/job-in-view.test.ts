import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

import { afterEach, expect, test } from "vitest";

import { createJobInView } from "../../../../agent/commands/watch/job-in-view.ts";

const GITLAB = { GITLAB_CI: "true", CI_PROJECT_PATH: "group/project", CI_PIPELINE_ID: "77" };
const CI = { provider: "gitlab-ci", repository: "group/project", runId: "77" };
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

test("it is the job of the process that one began with last", async () => {
  const view = createJobInView(null);
  view.note(await start(GITLAB));
  const first = view.ci;
  view.note(await start({ ...GITLAB, CI_PIPELINE_ID: "78", SECRET: "word" }));

  expect([first, view.ci]).toEqual([CI, { ...CI, runId: "78" }]);
});

test("where that one is gone too soon, one that came from it tells, and others are not asked", async () => {
  const view = createJobInView({ provider: "gitlab-ci" });
  const other = await start({ ...GITLAB, CI_PROJECT_PATH: "somebody/else" });
  view.noteOther(other);
  const before = view.ci;
  view.note(2 ** 22 + 1);
  view.noteOther(await start({}));
  view.noteOther(await start(GITLAB));
  view.noteOther(other);

  expect([before, view.ci]).toEqual([{ provider: "gitlab-ci" }, CI]);
});

test("a guard whose own variables name a run is of that run", async () => {
  const own = { provider: "gitlab-ci", runId: "1" } as const;
  const view = createJobInView(own);
  view.note(await start(GITLAB));

  expect(view.ci).toBe(own);
});

async function start(env: Readonly<Record<string, string>>): Promise<number> {
  const child = spawn("/bin/sleep", ["60"], { env, stdio: "ignore" });
  started.push(child);
  await once(child, "spawn");
  return child.pid ?? 0;
}
