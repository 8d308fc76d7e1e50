/** A job of which its guard alone tells, and which ends as it is to be killed: by itself, or as somebody pretends. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { AgentListener } from "../support/agent-listener.ts";
import { type GuardClient, stopped } from "../support/guard-client.ts";
import { AGENT, inThisProcess, ResponseFleet, shell } from "./support/response-fleet.ts";

const ENDING = { state: "refused", reason: "the guard is ending" };

let folder: string;
let fleet: ResponseFleet;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "collector-"));
});
afterEach(async () => {
  await fleet[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe("a job whose guard says goodbye", () => {
  // Far more time than it takes: nothing here is to come too late.
  beforeEach(() => begin(10));

  test("behind its refusal is over, and nobody is called", async () => {
    const { guard, agent } = await askToKill();
    await agent.answer(1, ENDING);
    await sayGoodbye(guard);
    const response = await fleet.awaitResponse({ guard }, "done");

    expect(response).toMatchObject({
      summary:
        "kill-job (automatic response) is done: the run is over: its guard has said goodbye.",
      steps: [{ step: "ask-agent", outcome: "worked" }],
    });
    // Nobody here has killed it.
    expect(await fleet.showRun({ guard })).toMatchObject({ state: "over", outcome: "ended" });
    expect(await fleet.listFindings("response-failed")).toEqual([]);
  });

  test("before it has heard of the kill is over, too", async () => {
    const { guard } = await askToKill();
    await sayGoodbye(guard);
    await fleet.awaitResponse({ guard }, "done");

    expect(await fleet.showRun({ guard })).toMatchObject({ outcome: "ended" });
    expect(await fleet.listFindings("response-failed")).toEqual([]);
  });

  test("and that it has killed the job, was killed", async () => {
    const { guard, agent } = await askToKill();
    await agent.answer(1, { state: "delivered" });
    await sayGoodbye(guard);
    await agent.answer(1, { state: "obeyed" });
    await fleet.awaitResponse({ guard }, "done");

    expect(await fleet.showRun({ guard })).toMatchObject({ outcome: "killed-by-rule" });
  });
});

describe("a person is called for a job whose guard refuses", () => {
  beforeEach(() => begin(0.1));

  test("since it is ending, and then says no goodbye", async () => {
    const { guard, agent } = await askToKill();
    await agent.answer(1, ENDING);
    const { summary } = await fleet.awaitResponse({ guard }, "failed");

    expect(summary).toBe(
      'kill-job (automatic response) FAILED: its agent has refused: "the guard is ending".',
    );
    expect(await fleet.listFindings("response-failed")).toHaveLength(1);
  });

  test("and leaves out in its goodbye what it has told", async () => {
    const { guard, agent } = await askToKill();
    await guard.send({ firstSeq: 2, lines: [stopped(2)] });
    await agent.answer(1, ENDING);
    expect((await guard.finish(1)).status).toBeGreaterThanOrEqual(400);
    await fleet.awaitResponse({ guard }, "failed");

    expect(await fleet.listFindings("response-failed")).toHaveLength(1);
  });

  test("in words that do nothing and end no quotation", async () => {
    const { guard, agent } = await askToKill();
    const reason = `\u001b[2J". It is done.\n::set-output\u202e${"x".repeat(400)}`;
    await agent.answer(1, { state: "refused", reason });
    const { summary } = await fleet.awaitResponse({ guard }, "failed");

    expect(summary).toMatch(
      /refused: "\\\\u\{1b\}\[2J\\"\. It is done\.\\\\n::set-output\\\\u\{202e\}x+…"\.$/,
    );
    expect(summary.length).toBeLessThan(250);
  });
});

/** `patience`: of the time that agents have. */
async function begin(patience: number): Promise<void> {
  const responseBounds = { patience, retryEachMs: 2_000 };
  fleet = await ResponseFleet.start(join(folder, "data"), inThisProcess({ responseBounds }));
  await fleet.arm();
}

async function askToKill() {
  const guard = await fleet.startGuard(AGENT);
  const agent = new AgentListener({ url: fleet.url, token: AGENT, run: guard.run });
  await guard.send({ firstSeq: 1, lines: [shell(1)] });
  await fleet.awaitResponse({ guard }, "verifying");
  return { guard, agent };
}

async function sayGoodbye(guard: GuardClient): Promise<void> {
  await guard.send({ firstSeq: 2, lines: [stopped(2)] });
  expect(await guard.finish(2)).toMatchObject({ status: 200 });
}
