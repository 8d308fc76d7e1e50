/** A rule that fires everywhere: as many are killed by it as may be, and no more. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { USUAL_RESPONSE } from "../../../collector/response/response-file.ts";
import {
  AGENT,
  type GuardedPod,
  inThisProcess,
  ResponseFleet,
  shell,
} from "./support/response-fleet.ts";

let folder: string;
let fleet: ResponseFleet;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "collector-"));
  fleet = await ResponseFleet.start(join(folder, "data"));
  await fleet.arm();
});
afterEach(async () => {
  await fleet[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

test("a rule that fires everywhere kills five in a minute, also over a restart, and a person is called once", async () => {
  const pods = await createPods(9);
  await Promise.all(pods.slice(0, 4).map(find));
  await Promise.all(pods.slice(0, 4).map((pod) => fleet.awaitResponse(pod, "done")));
  await fleet.restart();
  for (const pod of pods.slice(4, 8)) await find(pod);
  await fleet.awaitResponse(at(pods, 7), "dry-run");
  await fleet.awaitResponse(at(pods, 4), "done");
  const withheld = (await fleet.listResponses()).filter((it) => it.withheld === "kill-limit");

  expect(withheld).toHaveLength(3);
  expect(await countLiving(pods)).toBe(4);
  expect(await fleet.listFindings("kill-limit")).toMatchObject([{ severity: "critical" }]);
  // A person is not held up.
  await fleet.respond(at(pods, 8), "kill-pod");
  await fleet.awaitResponse(at(pods, 8), "done");
  expect(await countLiving(pods)).toBe(3);
});

test("runs that nobody vouches for use up no kill of a pod's", async () => {
  for (let made = 0; made < 6; made += 1) {
    const guard = await fleet.startGuard(AGENT);
    await guard.send({ firstSeq: 1, lines: [shell(1)] });
  }
  const [pod] = await createPods(1);
  if (pod === undefined) throw new Error("there is no pod");
  await find(pod);
  await fleet.awaitResponse(pod, "done");

  expect(await countLiving([pod])).toBe(0);
});

test("all tenants together have so many, whatever each of them may", async () => {
  await fleet[Symbol.asyncDispose]();
  const response = { ...USUAL_RESPONSE, maxKillsPerMinuteInAll: 3 };
  fleet = await ResponseFleet.start(join(folder, "in-all"), inThisProcess({ response }));
  await fleet.arm();
  const pods = await createPods(4);
  for (const pod of pods) await find(pod);
  await fleet.awaitResponse(at(pods, 3), "dry-run");
  await Promise.all(pods.slice(0, 3).map((pod) => fleet.awaitResponse(pod, "done")));

  expect(await countLiving(pods)).toBe(1);
  expect(await fleet.listFindings("kill-limit")).toMatchObject([
    { message: expect.stringMatching(/more than 3 kills in a minute of all tenants together/) },
  ]);
});

async function createPods(count: number): Promise<readonly GuardedPod[]> {
  const pods: GuardedPod[] = [];
  while (pods.length < count) pods.push(await fleet.createGuardedPod());
  return pods;
}

async function find({ guard }: GuardedPod): Promise<void> {
  const { status } = await guard.resumeAt(fleet.url).send({ firstSeq: 1, lines: [shell(1)] });
  if (status !== 200) throw new Error(`the finding was answered ${status}`);
}

async function countLiving(pods: readonly GuardedPod[]): Promise<number> {
  const replies = await Promise.all(pods.map(({ pod }) => fleet.cluster.readPod(pod)));
  return replies.filter(({ status }) => status === 200).length;
}

function at(pods: readonly GuardedPod[], index: number): GuardedPod {
  const pod = pods[index];
  if (pod === undefined) throw new Error(`there is no pod ${index}`);
  return pod;
}
