import { expect, test } from "vitest";

import { aiCliUnattended } from "../../../../agent/rules/catalogue/ai-cli-unattended.ts";
import { judgeRun } from "../support/judged-run.ts";

test.each([
  ["codex", ["-c", "approval_policy='never'"], 1],
  ["codex", ["--config", 'profiles.x.approval_policy="never"'], 1],
  ["codex", ['-capproval_policy="\\u006eever"'], 1],
  ["codex", ["-c=sandbox_mode=danger-full-access"], 1],
  ["codex", ["-sdanger-full-access"], 1],
  ["codex", ["-anever"], 1],
  ["claude", ["--settings", '{"permissions":{"defaultMode":"bypass\\u0050ermissions"}}'], 1],
  ["claude", ["--allowedTools", "Bash( * )"], 1],
  ["claude", ["--allowedTools", "Bash( git status )"], 0],
  ["codex", ["-sread-only", "-c", "model='never'"], 0],
])("%s %j under a package manager is flagged %i times", (name, args, times) => {
  const { exec, findings } = judgeRun(aiCliUnattended);
  const npm = exec("/usr/bin/npm", { args: ["install"] });
  exec(`/usr/bin/${name}`, { args, parent: npm });

  expect(findings).toHaveLength(times);
});
