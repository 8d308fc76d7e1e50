/**
 * Runs honest builds under the guard, and writes what it told to `recordings`: `.node24/node bench/false-positives/record.ts [NAME...]`.
 * As root, where the tools are; what names this machine is to be looked for in the result before it is committed.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import { type GuardEvent, guardEventSchema } from "../../protocol/index.ts";
import { runTimed } from "../harness/run-timed.ts";
import { startCollector } from "../harness/running-collector.ts";
import { createWorkDirectory } from "../harness/work-directory.ts";
import { HONEST_BUILDS } from "../honest/builds.ts";
import { CHECKOUT, type HonestBuild } from "../honest/honest-build.ts";
import { condense, type Ground } from "./condense.ts";
import { RECORDINGS } from "./recording.ts";

const TIMEOUT_MS = 300_000;
const MAX_EXPORT_BYTES = 256 * 1024 * 1024;
const BIN = fileURLToPath(new URL("../../bin/", import.meta.url));

const lineSchema = z.object({ record: z.string(), event: z.unknown() });

const PYTHON = "/opt/hostedtoolcache/Python/3.12.7/x64";

/** The recording's name, and how the build's begins. */
const TO_RECORD: readonly (readonly [string, string])[] = [
  ["npm-ci", "npm ci of"],
  ["npm-addon", "npm install that compiles"],
  ["npm-scripts-jest", "npm install of packages"],
  ["husky", "husky"],
  ["pnpm", "pnpm"],
  ["vitest", "vitest in forks"],
  ["pip", "pip from an index"],
  ["pytest", "pytest"],
  ["pre-commit", "pre-commit"],
  ["cargo", "cargo build"],
  ["go", "go build"],
  ["cmake", "cmake"],
  ["meson", "meson"],
  ["javac", "javac"],
  ["gradle", "gradle"],
  ["gem", "gem build"],
  ["composer", "composer"],
  ["git", "git clone"],
  ["git-ssh", "git over ssh"],
  ["gpg", "gpg"],
  ["buildah", "buildah"],
  ["apt", "apt-get install by sudo"],
  ["deb", "dpkg-buildpackage"],
  ["shell", "shell everyday"],
];

for (const [name, start] of TO_RECORD) {
  if (process.argv.length > 2 && !process.argv.includes(name)) continue;
  const build = HONEST_BUILDS.find((one) => one.name.startsWith(start));
  if (build === undefined) throw new Error(`no honest build is called "${start}…"`);
  const { events, workspace } = await record(build);
  const recording = condense(name, events, toGround(workspace));
  writeFileSync(join(RECORDINGS, `${name}.jsonl`), `${JSON.stringify(recording)}\n`);
  process.stdout.write(`${name}: ${events.length} events\n`);
}

async function record(build: HonestBuild): Promise<{ events: GuardEvent[]; workspace: string }> {
  using work = createWorkDirectory();
  using data = createWorkDirectory();
  const dataDir = join(data.path, "collector");
  const token = randomBytes(24).toString("hex");
  await using server = await build.serve?.(work.path);
  const command = build.prepare(work.path, server?.port ?? 0);
  {
    const environment = { RUNNER_GUARD_AGENT_TOKEN: token };
    await using collector = await startCollector({ dataDir, environment });
    const guard = [join(BIN, "runner-guard"), "run", "--sensor", "kernel", "--quiet"];
    const told = ["--collector", collector.url, "--flush-timeout-ms", "30000"];
    const inWork = ["env", "-C", work.path, `RUNNER_GUARD_COLLECTOR_TOKEN=${token}`];
    const guarded = [...inWork, ...guard, ...told, "--", ...command];
    const { exitCode, stderr } = await runTimed(guarded, { timeoutMs: TIMEOUT_MS });
    if (exitCode !== 0) throw new Error(`${build.name} ended with ${exitCode}: ${stderr}`);
  }
  const exported = spawnSync(
    join(BIN, "runner-guard-collector"),
    ["export", "--data-dir", dataDir, "--since", "2020-01-01"],
    { maxBuffer: MAX_EXPORT_BYTES, encoding: "utf8" },
  );
  return { events: toEvents(exported.stdout), workspace: work.path };
}

function toEvents(exported: string): GuardEvent[] {
  const lines = exported.split("\n").filter((line) => line.startsWith('{"record":"event"'));
  return lines.map((line) => guardEventSchema.parse(lineSchema.parse(JSON.parse(line)).event));
}

function toGround(workspace: string): Ground {
  const home = homedir();
  return {
    workspace,
    folders: [
      [dirname(dirname(process.execPath)), "/opt/hostedtoolcache/node/22.11.0/x64"],
      [CHECKOUT.replace(/\/$/, ""), "{work}"],
      [`${home}/.pyenv/shims`, `${PYTHON}/bin`],
      [`${home}/.pyenv/versions/3.11.7`, PYTHON],
      [`${home}/`, "/home/runner/"],
    ],
  };
}
