/** What becomes of pods by what their guards tell, in a cluster that behaves as Kubernetes does. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import { RUNNERS } from "../kubernetes/support/prepared-cluster.ts";
import { AgentListener, isCommand } from "../support/agent-listener.ts";
import { heartbeat, stopped } from "../support/guard-client.ts";
import {
  AGENT,
  type GuardedPod,
  inThisProcess,
  ResponseFleet,
  shell,
} from "./support/response-fleet.ts";

const NODE = "node-1";
const NO_LIMIT = { maxKillsPerMinute: 1_000, maxKillsPerMinuteInAll: 1_000 };

let folder: string;
let fleet: ResponseFleet;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "collector-"));
  const response = { rules: [], defaults: true, tenants: {}, github: [], ...NO_LIMIT };
  fleet = await ResponseFleet.start(join(folder, "data"), inThisProcess({ response }));
});
afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => fleet.arm());
afterEach(() => fleet.way.open());

describe("a pod by whose guard a shell was found", () => {
  test("is deleted, its session is over, and all of that is told", async () => {
    const guarded = await fleet.createGuardedPod();
    const { guard, podToken } = guarded;
    await guard.send({ firstSeq: 1, lines: [heartbeat(1), shell(2)] });
    const response = await fleet.awaitResponse(guarded, "done");

    expect(await exists(guarded)).toBe(false);
    expect(response).toMatchObject({
      action: "kill-pod",
      automatic: true,
      rule: "reverse-shell",
      findingId: `${guard.run.runId}.reverse-shell-2`,
      reason: "reverse-shell of severity critical",
      summary: "kill-pod (automatic response) is done: the pod is gone.",
      steps: [{ step: "delete-pod", outcome: "worked", answer: "the pod is gone" }],
    });
    expect(await fleet.showRun(guarded)).toMatchObject({
      state: "over",
      outcome: "killed-by-rule",
      events: 2,
    });
    expect(await guard.send({ firstSeq: 3, lines: [heartbeat(3)] })).toMatchObject({ status: 401 });
    expect(await fleet.begin(podToken)).toMatchObject({ status: 401 });
    const ofRun = (await fleet.listAudit()).filter(({ target }) =>
      target.includes(guard.run.runId),
    );
    expect(ofRun.filter(({ role }) => role === "automatic").map(({ action }) => action)).toEqual([
      "response kill-pod: done",
      "response kill-pod: decided",
    ]);
  });

  test("that its node has not ended yet is forced, and its runner goes with it", async () => {
    const owner = await fleet.cluster.createRunner();
    const guarded = await fleet.createGuardedPod({ name: owner.name, owner, node: NODE });
    await guarded.guard.send({ firstSeq: 1, lines: [shell(1)] });
    const { steps } = await fleet.awaitResponse(guarded, "done");

    expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      "delete-pod failed",
      "force-delete-pod worked",
      "delete-runner worked",
    ]);
    const path = `/apis/actions.github.com/v1alpha1/namespaces/${RUNNERS}/ephemeralrunners/${owner.name}`;
    expect(await fleet.cluster.ask(path)).toMatchObject({ status: 404 });
  });

  test("takes nobody with it who has its name since", async () => {
    const guarded = await fleet.createGuardedPod();
    await fleet.cluster.removePod(guarded.pod);
    const successor = await fleet.createGuardedPod({ name: guarded.pod.name });
    await guarded.guard.send({ firstSeq: 1, lines: [shell(1)] });
    const { steps } = await fleet.awaitResponse(guarded, "done");

    expect(steps).toMatchObject([{ answer: "the pod is gone, and another one has its name" }]);
    expect(await exists(successor)).toBe(true);
    expect(await fleet.showRun(guarded)).toMatchObject({ outcome: "ended" });
    const reply = await successor.guard.send({ firstSeq: 1, lines: [heartbeat(1)] });
    expect(reply).toMatchObject({ status: 200 });
  });

  test("dies once, however much is found in it", async () => {
    const guarded = await fleet.createGuardedPod();
    const lines = Array.from({ length: 500 }, (_, index) => shell(index + 1));
    await guarded.guard.send({ firstSeq: 1, lines });
    await fleet.awaitResponse(guarded, "done");

    expect(await fleet.listResponses(guarded)).toHaveLength(1);
  });

  test("ends all sessions of its own, and of nobody else", async () => {
    const guarded = await fleet.createGuardedPod();
    const again = { ...guarded, guard: await fleet.startGuard(guarded.podToken) };
    const other = await fleet.createGuardedPod();
    await again.guard.send({ firstSeq: 1, lines: [heartbeat(1)] });
    await guarded.guard.send({ firstSeq: 1, lines: [shell(1)] });
    await fleet.awaitResponse(guarded, "done");

    expect(await again.guard.send({ firstSeq: 2, lines: [heartbeat(2)] })).toMatchObject({
      status: 401,
    });
    expect(await fleet.showRun(again)).toMatchObject({ outcome: "killed-by-rule", events: 1 });
    expect(await other.guard.send({ firstSeq: 1, lines: [heartbeat(1)] })).toMatchObject({
      status: 200,
    });
  });

  test("is responded to once for all runs that were begun in it", async () => {
    const [guarded, later] = [await fleet.createGuardedPod(), await fleet.createGuardedPod()];
    const others = [
      await fleet.startGuard(guarded.podToken),
      await fleet.startGuard(guarded.podToken),
    ];
    fleet.way.hold();
    for (const guard of [guarded.guard, ...others, later.guard])
      await guard.send({ firstSeq: 1, lines: [shell(1)] });
    // News are answered in their order.
    await vi.waitFor(async () => expect(await fleet.listResponses(later)).toHaveLength(1), 30_000);

    expect(await fleet.listResponses(guarded)).toHaveLength(1);
    expect(await Promise.all(others.map((guard) => fleet.listResponses({ guard })))).toEqual([
      [],
      [],
    ]);
  });

  test("is left alone where its guard's word is for another one's run", async () => {
    const [attacker, victim] = [await fleet.createGuardedPod(), await fleet.createGuardedPod()];
    const { pod, guard } = victim;
    const forged = {
      run: guard.run.runId,
      runId: guard.run.runId,
      pod,
      podUid: pod.uid,
      evidence: { namespace: pod.namespace, podName: pod.name, podUid: pod.uid, pod },
    };
    const reply = await attacker.guard.send({ firstSeq: 1, lines: [shell(1, forged)] });
    const elsewhere = attacker.guard.toRequest({ firstSeq: 1, lines: [shell(1)] });
    const path = `/v1/runs/${guard.run.runId}/batches`;

    expect(reply.status).toBe(200);
    expect((await attacker.guard.post({ ...elsewhere, path })).status).toBeGreaterThanOrEqual(401);
    await fleet.awaitResponse(attacker, "done");
    expect(await exists(attacker)).toBe(false);
    expect(await exists(victim)).toBe(true);
    expect(await fleet.listResponses(victim)).toEqual([]);
  });

  test("cannot be one that an agent with a shared token has named", async () => {
    const victim = await fleet.createGuardedPod();
    const guard = await fleet.startGuard(AGENT);
    const said = { evidence: { podUid: victim.pod.uid, podName: victim.pod.name } };
    await guard.send({ firstSeq: 1, lines: [shell(1, said)] });
    const response = await fleet.awaitResponse({ guard }, "failed");

    expect(response).toMatchObject({ action: "kill-job", pod: null });
    expect(await exists(victim)).toBe(true);
  });
});

describe("a job that its guard says it has killed", () => {
  test("is over when its pod has ended", async () => {
    const guarded = await fleet.createGuardedPod();
    await guarded.guard.send({
      firstSeq: 1,
      lines: [shell(1, { response: "kill-job" }), stopped(2)],
    });
    await fleet.cluster.removePod(guarded.pod);
    const { steps } = await fleet.awaitResponse(guarded, "done");

    expect(steps).toMatchObject([{ step: "await-agent", outcome: "worked" }]);
  });

  test("is not taken for ended where nobody but its guard can be asked", async () => {
    const guard = await fleet.startGuard(AGENT);
    await guard.send({ firstSeq: 1, lines: [shell(1, { response: "kill-job" })] });

    expect(await fleet.awaitResponse({ guard }, "done")).toMatchObject({
      steps: [{ step: "await-agent", outcome: "unverified" }],
      summary:
        "kill-job (automatic response) is not verified: the guard says that it killed the job.",
    });
  });

  test("keeps its pod by saying so in no run of it", async () => {
    const guarded = await fleet.createGuardedPod();
    const decoy = { ...guarded, guard: await fleet.startGuard(guarded.podToken) };
    fleet.way.hold();
    await decoy.guard.send({
      firstSeq: 1,
      lines: [shell(1, { response: "kill-job" }), stopped(2)],
    });
    await fleet.awaitResponse(decoy, "verifying");
    await guarded.guard.send({ firstSeq: 1, lines: [shell(1)] });
    await fleet.awaitResponse(guarded, "acting");
    fleet.way.open();
    await fleet.awaitResponse(guarded, "done");

    expect(await exists(guarded)).toBe(false);
    expect(await fleet.awaitResponse(decoy, "done")).toMatchObject({ action: "kill-pod" });
  });

  test("loses its pod also where its guard has said goodbye", async () => {
    const guarded = await fleet.createGuardedPod();
    await guarded.guard.send({
      firstSeq: 1,
      lines: [shell(1, { response: "kill-job" }), stopped(2)],
    });
    await fleet.awaitResponse(guarded, "done");

    expect(await exists(guarded)).toBe(false);
  });

  test("loses its pod when it goes on", async () => {
    const guarded = await fleet.createGuardedPod();
    await guarded.guard.send({ firstSeq: 1, lines: [shell(1, { response: "kill-job" })] });
    const { steps } = await fleet.awaitResponse(guarded, "done");

    expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      "await-agent failed",
      "delete-pod worked",
    ]);
    expect(await exists(guarded)).toBe(false);
  });
});

describe("what nobody has armed", () => {
  beforeEach(() => fleet.arm("dry-run"));

  test("is recorded once, and done by nobody", async () => {
    const guarded = await fleet.createGuardedPod();
    await guarded.guard.send({ firstSeq: 1, lines: [shell(1)] });
    const response = await fleet.awaitResponse(guarded, "dry-run");
    await guarded.guard.send({ firstSeq: 2, lines: [shell(2), shell(3)] });

    expect(response).toMatchObject({ action: "kill-pod", withheld: "not-armed", steps: [] });
    expect(await exists(guarded)).toBe(true);
    await fleet.arm();
    await guarded.guard.send({ firstSeq: 4, lines: [shell(4)] });
    await fleet.awaitResponse(guarded, "done");
    const states = (await fleet.listResponses(guarded)).map(({ state }) => state);
    expect(states).toEqual(["done", "dry-run"]);
  });

  test("is done where a person asks for it, and the person is answerable", async () => {
    const guarded = await fleet.createGuardedPod();
    const { status, body } = await fleet.respond(guarded, "kill-pod");
    await fleet.awaitResponse(guarded, "done");

    expect(status).toBe(201);
    expect(body).toMatchObject({
      automatic: false,
      by: expect.stringMatching(/^responder \w{12}$/),
      reason: "it mines",
      state: "decided",
    });
    expect(await fleet.showRun(guarded)).toMatchObject({ outcome: "killed-by-operator" });
    expect(await fleet.listAudit()).toContainEqual({
      role: "responder",
      action: "response kill-pod: done",
      target: expect.stringContaining(guarded.guard.run.runId),
    });
  });

  test("is refused where there is nothing that could be done", async () => {
    const guard = await fleet.startGuard(AGENT);
    const [pod, workflow] = [
      await fleet.respond({ guard }, "kill-pod"),
      await fleet.respond({ guard }, "cancel-run"),
    ];

    const toAskInstead = { message: expect.stringMatching(/asked for is kill-job$/) };
    expect([pod, workflow]).toMatchObject([
      { status: 400, body: { error: toAskInstead } },
      { status: 400, body: { error: toAskInstead } },
    ]);
    expect(await fleet.listResponses({ guard })).toEqual([]);
  });
});

test("a pod that is cut off is left in its place, with a label that its cluster's policy goes by", async () => {
  const guarded = await fleet.createGuardedPod({ labels: { app: "runner" } });
  await fleet.respond(guarded, "quarantine-pod");
  await fleet.awaitResponse(guarded, "done");

  expect(await fleet.cluster.readPod(guarded.pod)).toMatchObject({
    json: { metadata: { labels: { app: "runner", "runner-guard.dev/quarantine": "true" } } },
  });
  expect(await fleet.showRun(guarded)).toMatchObject({ state: "live", outcome: "quarantined" });
});

test("a pod that no policy holds is under no quarantine, and a person is called", async () => {
  const guarded = await fleet.createGuardedPod();
  await fleet.cluster.withoutPolicy(async () => {
    await fleet.respond(guarded, "quarantine-pod");
    const { steps } = await fleet.awaitResponse(guarded, "failed");
    expect(steps).toMatchObject([
      { step: "label-pod", answer: expect.stringMatching(/^the pod is labelled, but no policy/) },
    ]);
  });

  expect(await fleet.showRun(guarded)).toMatchObject({ state: "live", outcome: "running" });
  expect(await fleet.listFindings("response-failed")).toContainEqual(
    expect.objectContaining({ runId: guarded.guard.run.runId, resolvedAt: null }),
  );
  await fleet.respond(guarded, "quarantine-pod");
  await fleet.awaitResponse(guarded, "done");
  expect(await fleet.showRun(guarded)).toMatchObject({ outcome: "quarantined" });
});

test("a job is ended by its agent where that is asked for, and the agent's word is what became of it", async () => {
  const { guard } = await fleet.createGuardedPod();
  const agent = new AgentListener({ url: fleet.url, token: AGENT, run: guard.run });
  await using heard = await agent.listen();
  await heard.next();
  await fleet.respond({ guard }, "kill-job");
  const command = await heard.next();
  await agent.answer(1, { state: "obeyed" });

  expect(isCommand(command) && command.kind).toBe("kill");
  const { steps } = await fleet.awaitResponse({ guard }, "done");
  expect(steps).toMatchObject([{ step: "ask-agent", outcome: "worked" }]);
});

test("a cluster that hangs has the guard asked, a person called, the session ended, and the pod when it is there again", async () => {
  const guarded = await fleet.createGuardedPod();
  fleet.way.hold();
  await guarded.guard.send({ firstSeq: 1, lines: [shell(1)] });
  const { steps, summary } = await fleet.awaitResponse(guarded, "failed");

  expect(steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
    "delete-pod failed",
    "ask-agent failed",
    "force-delete-pod failed",
    "delete-runner failed",
  ]);
  expect(summary).toMatch(/^kill-pod \(automatic response\) FAILED: /);
  expect(await fleet.listFindings("response-failed")).toContainEqual(
    expect.objectContaining({ severity: "critical", runId: guarded.guard.run.runId }),
  );
  expect(await guarded.guard.send({ firstSeq: 2, lines: [heartbeat(2)] })).toMatchObject({
    status: 401,
  });
  expect(await fleet.showRun(guarded)).toMatchObject({ outcome: "ended" });
  await fleet.restart();
  fleet.way.open();
  const again = await fleet.awaitResponse(guarded, "done");
  // It may have been under way again when the collector ended.
  expect(again.steps.at(-1)).toMatchObject({ outcome: "worked" });
  expect(again.retries).toBeGreaterThan(0);
  expect(await fleet.listResponses(guarded)).toHaveLength(1);
  expect(await exists(guarded)).toBe(false);
  expect(await fleet.showRun(guarded)).toMatchObject({ outcome: "killed-by-rule" });
  await expect
    .poll(() => fleet.listFindings("response-failed"))
    .not.toContainEqual(
      expect.objectContaining({ resolvedAt: null, runId: guarded.guard.run.runId }),
    );
});

test("a response that was under way goes on when the collector is there again", async () => {
  const guarded = await fleet.createGuardedPod();
  fleet.way.hold();
  await guarded.guard.send({ firstSeq: 1, lines: [shell(1)] });
  await fleet.awaitResponse(guarded, "acting");
  await fleet.stop();
  fleet.way.open();
  await fleet.startAgain();
  const { steps } = await fleet.awaitResponse(guarded, "done");

  expect(steps).toMatchObject([{ step: "delete-pod", outcome: "worked" }]);
  expect(await exists(guarded)).toBe(false);
  expect(await fleet.showRun(guarded)).toMatchObject({ outcome: "killed-by-rule" });
  // What was revoked is so for a collector that is new, too.
  expect(await fleet.begin(guarded.podToken)).toMatchObject({ status: 401 });
  expect(
    await guarded.guard.resumeAt(fleet.url).send({ firstSeq: 2, lines: [heartbeat(2)] }),
  ).toMatchObject({
    status: 401,
  });
});

async function exists({ pod }: Pick<GuardedPod, "pod">): Promise<boolean> {
  const { json } = await fleet.cluster.readPod(pod);
  return JSON.stringify(json).includes(pod.uid);
}
