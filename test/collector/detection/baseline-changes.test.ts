import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { type Collector, startCollector } from "../../../collector/collector.ts";
import { toModelSettings, USUAL_DETECTION } from "../../../collector/detection/detection-file.ts";
import { resetBaseline } from "../../../collector/maintenance/keep-baselines.ts";
import { ask } from "../support/guard-client.ts";
import { connects, playRun, startsProgram } from "../support/played-job.ts";

const AGENT = "agent-token-of-the-tests-0123456789";
const ADMIN = "admin-token-of-the-tests-0123456789";
const VIEWER = "viewer-token-of-the-tests-0123456789";
const CI = { provider: "github-actions", repository: "acme/app", job: "build" } as const;
const DETECTION = { learn: { ...USUAL_DETECTION.learn, runs: 1 } };
const USUAL = [startsProgram("1-a", null, "/usr/bin/npm"), connects("1-a", "registry.npmjs.org")];
const SAID = { owner: "Ada", reason: "a new mirror" };
const PATH = "/v1/baselines/1/changes";

let directory: string;
let collector: Collector;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "collector-"));
  collector = await startCollector({
    dataDir: directory,
    listen: { host: "127.0.0.1", port: 0 },
    agentToken: AGENT,
    adminToken: ADMIN,
    viewerToken: VIEWER,
    detection: DETECTION,
    onNewAdminToken: () => {},
    onStorageFault: fail,
    onDefect: fail,
  });
});
afterEach(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

test("what runs taught and what operators did is told with who, why and which run, page by page", async () => {
  const first = await teach(USUAL, 1);
  const second = await teach([...USUAL, connects("1-a", "mirror.example")], 2);
  await teach(USUAL, 3);
  const [finding] = (await list("/v1/findings?rule=new-destination")).items;
  await asAdmin(`/v1/findings/${finding?.id}/expected`, SAID);
  await asAdmin("/v1/baselines/1/reset", { reason: "rewritten" });
  resetBaseline(directory, 1, toModelSettings(DETECTION));
  const { items } = await list(PATH);
  const page = await list(`${PATH}?limit=3`);
  const rest = await list(`${PATH}?limit=3&cursor=${page.nextCursor}`);

  expect(items).toMatchObject([
    { kind: "reset", by: expect.stringMatching(/^command-line uid:/), owner: null, reason: null },
    { kind: "reset", by: expect.stringMatching(/^admin /), reason: "rewritten", runs: 0 },
    { kind: "expected", runId: second, finding: { id: finding?.id }, ...SAID, added: NOTHING },
    { kind: "learned", runId: second, runs: 2, by: null, finding: null },
    { kind: "learned", runId: first, runs: 1, state: { from: "learning", to: "stable" } },
  ]);
  expect(items[3]?.added).toMatchObject({
    counts: { destination: 1, process: 0 },
    named: [{ kind: "destination", program: "npm", hosts: ["mirror.example"], port: 443 }],
  });
  expect(items[4]?.added).toMatchObject({ counts: { destination: 1, process: 1 }, named: [] });
  expect([...page.items, ...rest.items]).toEqual(items);
  expect([page.items.length, rest.nextCursor]).toEqual([3, null]);
});

test("of none that is the tenant's nothing is told", async () => {
  const { status, body } = await ask(collector.url, VIEWER, "/v1/baselines/7/changes");

  expect([status, body]).toMatchObject([404, { error: { code: "not-found" } }]);
});

const NOTHING = { counts: { destination: 0, signal: 0, process: 0, host: 0, file: 0 }, named: [] };
const listSchema = z.object({
  items: z.array(z.looseObject({ id: z.string().optional(), added: z.unknown().optional() })),
  nextCursor: z.string().nullable(),
});

async function list(path: string) {
  const { body } = await ask(collector.url, VIEWER, path);
  return listSchema.parse(body);
}

async function teach(deeds: typeof USUAL, runs: number): Promise<string> {
  const ci = { ...CI, ref: "refs/heads/main" };
  const runId = await playRun({ url: collector.url, agentToken: AGENT, ci }, deeds);
  const learned = async () => (await ask(collector.url, VIEWER, "/v1/baselines")).body;
  await expect.poll(learned).toMatchObject({ items: [{ runs }] });
  return runId;
}

async function asAdmin(path: string, body: object): Promise<void> {
  const { status } = await ask(collector.url, ADMIN, path, JSON.stringify(body));
  expect(status).toBe(200);
}

function fail(fault: unknown): never {
  throw new Error(`the collector had a fault: ${String(fault)}`);
}
