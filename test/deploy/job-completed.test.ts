import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { createFindPeer } from "../../agent/commands/watch/find-peer.ts";
import { createControlServer } from "../../agent/control/control-server.ts";
import { requires } from "../support/requires.ts";

const ROOT = join(import.meta.dirname, "../..");
const HOOK = join(ROOT, "deploy/hooks/job-completed.sh");
const REPORT = join(ROOT, "test/fixtures/reports/sample-run.json");
/** $1 is the checkout, $2 the guard's directory, $3 that of its report. */
const JOB = `
for place in /opt /run /var/log; do mount -t tmpfs tmpfs $place || exit 3; done
mkdir /opt/runner-guard /run/runner-guard /var/log/runner-guard-job
mount --bind "$1" /opt/runner-guard && mount --bind "$2" /run/runner-guard || exit 3
mount --bind "$3" /var/log/runner-guard-job || exit 3
exec sh "$0"
`;
const LATE = "The guard wrote no report when it was asked at the job's end.";
const BUSY = {
  status: "refused",
  reason: "a report was written just now: try again in 5 s",
} as const;
const { mounts } = requires;

describe.skipIf(!mounts.available)(`the hook after a job${mounts.note}`, () => {
  let folder: string;
  let state: string;
  let summary: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "job-completed-"));
    const reports = join(folder, "reports");
    mkdirSync(reports);
    copyFileSync(REPORT, join(reports, "report.json"));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test("asks again where the job had asked just before, and adds the summary", async () => {
    const asked = await complete(2);

    expect(asked).toEqual({ status: 0, times: 3 });
    expect(readFileSync(summary, "utf8")).toContain("Runner Guard");
    expect(readFileSync(summary, "utf8")).not.toContain(LATE);
  });

  test("shows what was written last where no guard is there any more, and says so", async () => {
    const asked = await complete(Infinity, { isGone: true });

    expect(asked).toEqual({ status: 0, times: 1 });
    expect(readFileSync(summary, "utf8")).toMatch(new RegExp(`^> \\[!WARNING\\]\n> ${LATE}`));
    expect(readFileSync(summary, "utf8")).toContain("Runner Guard");
  });

  test("does not wait for the reader of a pipe in the summary's place", async () => {
    expect(await complete(0, { isPipe: true })).toEqual({ status: 0, times: 1 });
  });

  test("says what is missing where the guard is not in /opt, and fails no job", () => {
    const args = ["--mount", "--", "sh", "-c", 'mount -t tmpfs tmpfs /opt && exec sh "$0"', HOOK];
    const { status, stdout, stderr } = spawnSync("unshare", args, {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], GITHUB_ACTIONS: "true" },
    });

    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(
      /^::warning title=Runner Guard::There is no \/opt\/runner-guard\/bin\/runner-guard, so .*--prefix.*\n$/,
    );
  });

  /** With a guard that refuses so often. */
  async function complete(refusals: number, { isGone = false, isPipe = false } = {}) {
    const place = mkdtempSync(join(folder, "job-"));
    state = join(place, "state");
    summary = join(place, "summary.md");
    mkdirSync(state);
    if (!isGone) writeFileSync(join(state, "ready"), "");
    if (isPipe) execFileSync("mkfifo", [summary]);
    let times = 0;
    await using _ = await createControlServer({
      path: join(state, "control.sock"),
      findPeer: createFindPeer(),
      onRefused: () => undefined,
      redact: (text) => text,
      handle: {
        async finish() {
          times += 1;
          return times > refusals ? { status: "done", result: { reportWritten: true } } : BUSY;
        },
        label: () => BUSY,
        mask: () => BUSY,
        status: () => BUSY,
        tighten: async () => BUSY,
      },
    });
    const args = ["--mount", "--", "sh", "-c", JOB, HOOK, ROOT, state, join(folder, "reports")];
    const child = spawn("unshare", args, {
      stdio: ["ignore", "ignore", "inherit"],
      env: { PATH: process.env["PATH"], GITHUB_STEP_SUMMARY: summary },
    });
    const [status] = await once(child, "close");
    return { status: Number(status), times };
  }
});
