/** What leaves by way of a collector, a spool and the account of an incident: no secret, and by what two leaks are known for the same. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { unpack } from "../../agent/stream/packing.ts";
import { HEAD_BYTES, readRecord } from "../../agent/stream/spool/record-format.ts";
import { CollectorProcess } from "../agent/stream/support/collector-process.ts";
import { findPlanted, type Planted, plantSecrets } from "../support/redact/planted-secrets.ts";
import { requires } from "../support/requires.ts";
import { Workplace } from "./guard.ts";

const { bpf } = requires;
const SECRETS = 50;
const POLL = { timeout: 20_000 };
/** In arguments, in paths and in what it prints; then it reaches for the guard's memory, with one more in its arguments. */
const LEAK = `
for name in $(env | grep -o '^PLANTED_[0-9]*_TOKEN'); do
  eval "value=\\$$name"
  /bin/echo --password "$value"
  case $value in */*) ;; *) : > "leaked-$value" ;; esac
done
cat "/proc/$PPID/mem" "$PLANTED_3_TOKEN"
exit 0`;

let collector: CollectorProcess;
beforeAll(async () => {
  collector = await CollectorProcess.start();
});
afterAll(() => collector[Symbol.asyncDispose]());

describe.skipIf(!bpf.available)(`of a run that leaks${bpf.note}`, () => {
  test("the collector hears no secret, and the account of its incident holds none", async () => {
    using place = new Workplace();
    const secrets = plantSecrets(SECRETS);
    const patient = ["--collector", collector.url, "--flush-timeout-ms", "30000"];
    const { report } = await leak(place, secrets, patient);
    const events = await collector.events(report.collector?.runId ?? "");
    const incident = readFileSync(place.path("incident/incident.json"));

    // Copies of findings, which go first where much waits at the end, are not counted.
    expect(report.collector).toMatchObject({ effective: "delivered", waiting: 0 });
    expect(events.at(-1)?.kind).toBe("guard-stopped");
    expect(findPlanted(secrets, Buffer.from(JSON.stringify(events)))).toEqual([]);
    expect(findPlanted(secrets, incident)).toEqual([]);
    // They had the room to stand there.
    expect(JSON.stringify(events)).toMatch(/leaked-\[redacted:known-value:/);
    expect(incident.toString()).toMatch(/\[redacted:known-value:/);
  });

  test("what waits for a collector that is away holds none", async () => {
    using place = new Workplace();
    const secrets = plantSecrets(SECRETS);
    const nobody = ["--collector", "http://127.0.0.1:9", "--flush-timeout-ms", "100"];
    const { report } = await leak(place, secrets, [...nobody, "--spool-dir", "spool"]);
    const files = readdirSync(place.path("spool"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
    const batches = files.flatMap(readBatches);

    expect(countLines(batches)).toBe(report.collector?.waiting);
    for (const bytes of [...files, ...batches]) expect(findPlanted(secrets, bytes)).toEqual([]);
  });
});

test("the same secret has the same fingerprint in two runs of a tenant", async () => {
  using place = new Workplace();
  using another = new Workplace();
  const secrets = plantSecrets(1);
  const before = (await collector.runs()).length;
  const jobs = [place, another].map((each) => printWhenSent(each, secrets));
  // What a guard sends comes behind the collector's answer.
  await expect
    .poll(async () => (await collector.runs()).filter(({ events }) => events > 0).length, POLL)
    .toBe(before + jobs.length);
  for (const each of [place, another]) each.write("sent");
  const [first, second] = await Promise.all(jobs);

  expect(first).toMatch(/^[0-9a-f]{16}$/);
  expect(second).toBe(first);
});

async function printWhenSent(place: Workplace, secrets: readonly Planted[]) {
  const script = 'until [ -e sent ]; do sleep 0.05; done; echo "$PLANTED_0_TOKEN"';
  const { report } = await place.report(
    ["--sensor", "proc", "--enforcement", "none", "--redact-output", "--collector", collector.url],
    ["sh", "-c", script],
    { env: { ...environmentOf(secrets), RUNNER_GUARD_COLLECTOR_TOKEN: collector.agentToken } },
  );
  return report.secrets.found.find(({ where }) => where === "output of the job")?.fingerprint;
}

async function leak(place: Workplace, secrets: readonly Planted[], options: readonly string[]) {
  return place.report(
    ["--enforcement", "none", "--incident-dir", "incident", "--redact-output", ...options],
    ["sh", "-c", LEAK],
    { env: { ...environmentOf(secrets), RUNNER_GUARD_COLLECTOR_TOKEN: collector.agentToken } },
  );
}

function environmentOf(secrets: readonly Planted[]): Record<string, string> {
  return Object.fromEntries(secrets.map(({ name, value }) => [name, value]));
}

/** Of a segment of the spool, unpacked. */
function readBatches(segment: Buffer): Buffer[] {
  const batches: Buffer[] = [];
  for (let at = 0, record = readRecord(segment, at); record; record = readRecord(segment, at)) {
    at += HEAD_BYTES + record.head.contentBytes;
    const lines = unpack(record.content);
    if (lines) batches.push(lines);
  }
  return batches;
}

function countLines(batches: readonly Buffer[]): number {
  return batches.reduce((sum, bytes) => sum + bytes.toString("latin1").split("\n").length - 1, 0);
}
