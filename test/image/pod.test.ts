/** A pod of the image: its guard beside a job, and its collector, each as docs/image.md has it started. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";

import { reportSchema } from "../../protocol/index.ts";
import {
  type Container,
  type ContainerOptions,
  runContainer,
  startContainer,
} from "./support/container.ts";
import { expectHealthy, makeVolume, toGuard } from "./support/guard.ts";
import { COLLECTOR_USER, image, rights } from "./support/image.ts";
import { type Pod, startPod } from "./support/pod.ts";

const JOB_USER = 1001;
/** A program of its own, short as they are, that says what came of a connection. */
const CONNECT = `
  const socket = require("node:net").connect(Number(process.argv[2]), process.argv[1]);
  socket.on("connect", () => { console.log("connected"); socket.destroy(); });
  socket.on("error", ({ code }) => console.log(code));
`;
/** As `runner-guard label` does, from where there is no Runner Guard. */
const ASK = `
  const socket = require("node:net").connect("/run/runner-guard/control.sock");
  socket.on("error", ({ code }) => console.log(code));
  socket.end(process.argv[1] + "\\n").pipe(process.stdout);
`;
const runsSchema = z.object({
  items: z.array(z.object({ id: z.string(), state: z.string(), guardRunId: z.string() })),
});
const eventsSchema = z.object({ items: z.array(z.record(z.string(), z.unknown())) });

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), "runner-guard-image-"));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

test("the guard of a pod blocks a job of another container, and its events reach the collector", async () => {
  await using pod = await startPod();
  const tokens = { agent: makeToken(), admin: makeToken() };
  await using collector = startContainer(toCollector(pod, tokens));
  await expectHealthy(collector, "the collector is ready");
  const toCollect = {
    flags: ["--collector=http://127.0.0.1:8787"],
    environment: { RUNNER_GUARD_COLLECTOR_TOKEN: tokens.agent },
  };
  await using guard = startContainer(toGuard(pod, place, toCollect));
  await expectHealthy(guard, "the guard is ready");

  const job = (...args: string[]) =>
    runContainer({
      rootFolder: image.jobFolder,
      command: ["/bin/sh", "-c", 'node -e "$0" "$@"', ...args],
      userId: JOB_USER,
      capabilities: [],
      pod,
      readOnlyVolumes: { "/run/runner-guard": join(place, "state") },
    });
  const refused = await job(CONNECT, pod.neighbour, "80");
  const allowed = await job(CONNECT, pod.neighbour, "443");
  expect(refused.stdout).toMatch(/^(?:ECONNREFUSED|EACCES|EPERM)\n$/);
  expect(allowed.stdout).toBe("EHOSTUNREACH\n");

  const labelled = await job(
    ASK,
    JSON.stringify({ command: "label", key: "team", value: "build" }),
  );
  expect(labelled.stdout).toMatch(/^\{"status":"done"/);

  expect(await guard.run("runner-guard", "finish")).toMatchObject({ status: 0 });
  expect(await guard.stop()).toMatchObject({ status: 0 });
  const report = reportSchema.parse(
    JSON.parse(readFileSync(join(place, "report/report.json"), "utf8")),
  );
  expect(report.run.labels).toEqual({ team: "build" });
  expect(report.mode).toMatchObject({ requested: "block", effective: "block" });
  expect(report.connections).toContainEqual(
    expect.objectContaining({
      verdict: "blocked",
      destination: expect.objectContaining({ ip: pod.neighbour, port: 80 }),
    }),
  );
  expect(report.collector).toMatchObject({ effective: "delivered" });

  const { items: runs } = runsSchema.parse(await ask(collector, tokens.admin, "/v1/runs"));
  expect(runs).toEqual([expect.objectContaining({ state: "over", guardRunId: report.run.id })]);
  const { items: events } = eventsSchema.parse(
    await ask(collector, tokens.admin, `/v1/runs/${runs[0]?.id}/events?kind=connection&limit=1000`),
  );
  expect(JSON.stringify(events)).toContain(pod.neighbour);
  expect(await collector.stop()).toMatchObject({ status: 0 });
});

test("the health check tells what is not ready, and what has ended", async () => {
  await using pod = await startPod();
  const collector = toCollector(pod, { agent: makeToken(), admin: makeToken() });
  const check = (...args: string[]) =>
    runContainer({ ...collector, command: ["runner-guard-health", ...args] });

  expect(await check()).toMatchObject({ status: 1, stdout: expect.stringMatching(/^neither /) });
  expect(await check("agent")).toMatchObject({ status: 1, stdout: "the guard is not ready\n" });
  expect(await check("guard")).toMatchObject({
    status: 2,
    stdout: expect.stringMatching(/^usage: /),
  });
  writeFileSync(join(place, "data/ready"), '{"pid":4194303}\n');
  expect(await check("agent", "/var/lib/runner-guard")).toMatchObject({
    status: 1,
    stdout: "the guard has ended\n",
  });
});

function toCollector(
  pod: Pod,
  tokens: { readonly agent: string; readonly admin: string },
): ContainerOptions {
  return {
    rootFolder: image.rootFolder,
    command: [
      "runner-guard-collector",
      "serve",
      "--listen=0.0.0.0:8787",
      "--data-dir=/var/lib/runner-guard/data",
    ],
    userId: COLLECTOR_USER,
    capabilities: rights.collector,
    pod,
    environment: {
      RUNNER_GUARD_AGENT_TOKEN: tokens.agent,
      RUNNER_GUARD_ADMIN_TOKEN: tokens.admin,
    },
    volumes: { "/var/lib/runner-guard": makeVolume(place, "data", COLLECTOR_USER) },
  };
}

/** As the collector's own pod would be asked, from beside it. */
async function ask(collector: Container, token: string, path: string): Promise<unknown> {
  const program = `fetch("http://127.0.0.1:8787${path}", { headers: { authorization: "Bearer ${token}" } })
    .then((answer) => answer.text()).then((text) => process.stdout.write(text));`;
  const { stdout, stderr } = await collector.run("node", "-e", program);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

function makeToken(): string {
  return randomBytes(32).toString("hex");
}
