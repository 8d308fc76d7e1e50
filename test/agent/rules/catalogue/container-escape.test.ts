import { expect, test } from "vitest";

import { containerEscape } from "../../../../agent/rules/catalogue/container-escape.ts";
import { judgeRun } from "../support/judged-run.ts";

const SOCKET = "/var/run/docker.sock";

test.each([
  ["/usr/bin/curl", 1],
  ["/usr/bin/docker", 0],
])("%s below a runner is flagged %i times for the engine's socket", (executable, times) => {
  const { exec, connect, findings } = judgeRun(containerEscape);
  const runner = exec("/home/runner/bin/Runner.Worker");
  const shell = exec("/usr/bin/bash", { parent: runner });
  connect(exec(executable, { parent: shell }), SOCKET);

  expect(findings).toHaveLength(times);
});

test("a runner talks to the engine itself", () => {
  const { exec, connect, findings } = judgeRun(containerEscape);
  connect(exec("/home/runner/bin/Runner.Worker"), SOCKET);

  expect(findings).toEqual([]);
});
