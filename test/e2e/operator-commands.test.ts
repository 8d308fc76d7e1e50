/** What an operator asks of a run by way of a real collector, and its guard does. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { CollectorProcess } from "../agent/stream/support/collector-process.ts";
import { end, type Ended, readReport, Workplace } from "./guard.ts";

/** A guard loads what takes events to the collector when its command runs. */
const STARTED = { timeout: 40_000 };

let collector: CollectorProcess;
beforeAll(async () => {
  collector = await CollectorProcess.start();
});
afterAll(() => collector[Symbol.asyncDispose]());

describe("an operator's kill", () => {
  test.each([
    { sensor: "auto", policy: "version: 1\n" },
    // The limit is for rules, which may be wrong.
    { sensor: "proc", policy: "version: 1\nresponses: { max-kills-per-minute: 0 }\n" },
  ])(
    "ends all of the job, and the report says who asked and why ($sensor)",
    async ({ sensor, policy }) => {
      using place = new Workplace();
      place.write("policy.yml", policy);
      const script = "setsid sleep 300 & sleep 300 & echo $$ > begun; sleep 300";
      const job = run(place, ["--sensor", sensor, "--policy", "policy.yml"], script);
      const runId = await untilListed(place);
      await expect.poll(() => place.processes().length).toBeGreaterThan(3);
      const asked = await collector.operate(`/v1/runs/${runId}/kill`, {
        reason: "it mines\n::set-output name=x::y",
      });
      const ended = await job;
      const report = readReport(place.path("report.json"));

      expect(asked).toMatchObject({
        number: 1,
        state: "queued",
        by: expect.stringMatching(/^admin \w{12}$/),
      });
      expect(ended.status).toBe(86);
      expect(ended.stderr).not.toMatch(/^::/m);
      expect(report.run.failures.join()).toContain("the job was ended for operator-kill");
      expect(report.findings).toContainEqual(
        expect.objectContaining({
          rule: { id: "operator-kill", name: "An operator ended the job" },
          response: "kill-job",
          evidence: {
            by: expect.stringMatching(/^admin \w{12}$/),
            reason: "it mines\n::set-output name=x::y",
          },
        }),
      );
      expect(place.processes()).toEqual([]);
      expect(await collector.command(runId, 1)).toMatchObject({ state: "obeyed" });
      expect((await collector.runs()).find(({ id }) => id === runId)).toMatchObject({
        state: "over",
      });
    },
  );
});

describe("an operator's policy", () => {
  test("is in force when it is said to be obeyed", async () => {
    using place = new Workplace();
    const script = `until [ -e go ]; do sleep 0.05; done; exec 3<>/dev/tcp/127.0.0.1/${collector.port}`;
    const job = run(place, ["--sensor", "proc"], script);
    const runId = await untilListed(place);
    await collector.operate(`/v1/runs/${runId}/policy`, {
      reason: "a campaign",
      tighten: { deny: ["127.0.0.1:*"] },
    });
    await expect.poll(() => collector.command(runId, 1)).toMatchObject({ state: "obeyed" });
    place.write("go");
    await job;
    const report = readReport(place.path("report.json"));

    expect(report.findings).toContainEqual(
      expect.objectContaining({
        severity: "info",
        response: "report",
        message: expect.stringMatching(
          /^admin \w{12} tightened the policy \(deny 127\.0\.0\.1:\*\): a campaign$/,
        ),
      }),
    );
  });

  test("that cannot be had is refused with the reason", async () => {
    using place = new Workplace();
    const job = run(place, ["--sensor", "proc"], "until [ -e go ]; do sleep 0.05; done");
    const runId = await untilListed(place);
    await collector.operate(`/v1/runs/${runId}/policy`, {
      reason: "to be safe",
      tighten: { mode: "block" },
    });
    await expect
      .poll(() => collector.command(runId, 1))
      .toMatchObject({
        state: "refused",
        answer: expect.stringContaining("nothing stands between the job and the network"),
      });
    place.write("go");

    expect((await job).status).toBe(0);
  });
});

test("what operators want of every run is in force, or is told as missing, when one has begun", async () => {
  const tighten = { deny: ["127.0.0.1:*"], mode: "block" };
  using place = new Workplace();
  await collector.operate(
    "/v1/policies/campaign",
    { for: {}, reason: "a campaign", tighten },
    "PUT",
  );
  const job = run(place, ["--sensor", "proc"], "until [ -e go ]; do sleep 0.05; done");
  const runId = await untilListed(place);
  const isTold = async () =>
    (await collector.events(runId)).some(
      (event) => event.kind === "finding" && event.rule.id === "operator-policy",
    );
  await expect.poll(isTold, STARTED).toBe(true);
  const removed = await collector.remove("/v1/policies/campaign");
  place.write("go");
  const ended = await job;

  expect(removed).not.toHaveProperty("error");
  expect(ended.stderr).toMatch(/wants of every such run is not in force: nothing stands/);
  expect(readReport(place.path("report.json")).findings).toContainEqual(
    expect.objectContaining({
      rule: expect.objectContaining({ id: "operator-policy" }),
      severity: "medium",
      message: expect.stringContaining("not in force"),
    }),
  );
});

function run(place: Workplace, flags: readonly string[], script: string): Promise<Ended> {
  return end(
    place.start(
      [
        "run",
        ...flags,
        "--enforcement",
        "none",
        "--collector",
        collector.url,
        "--report",
        "report.json",
        "--",
        "bash",
        "-c",
        script,
      ],
      { env: { RUNNER_GUARD_COLLECTOR_TOKEN: collector.agentToken } },
    ),
  );
}

/** The one run that is not over: these tests come one after the other. */
async function untilListed(place: Workplace): Promise<string> {
  let runId: string | undefined;
  await expect
    .poll(async (): Promise<number> => {
      const live = (await collector.runs()).filter(({ state }) => state === "live");
      runId = live[0]?.id;
      return live.length;
    }, STARTED)
    .toBe(1);
  if (runId === undefined) throw new Error(`${place.folder}: no run`);
  return runId;
}
