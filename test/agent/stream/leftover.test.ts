/** What a guard left that was killed, and how the next one tells of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { sendLeftover } from "../../../agent/stream/leftover.ts";
import { type DiskStore, openDiskStore } from "../../../agent/stream/spool/disk-store.ts";
import { CollectorProcess } from "./support/collector-process.ts";
import { openTestTransport, toTestRequest } from "./support/open-test-stream.ts";

const MINUTE_MS = 60_000;

let directory: string;
let collector: CollectorProcess;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), "spool-"));
  collector = await CollectorProcess.start();
});
afterEach(async () => {
  await collector[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
});

function open(): DiskStore {
  return openDiskStore({ directory, segmentBytes: 65_536, onTrouble: () => undefined });
}

/** With nothing on disk but how many it had told. */
function leave(told: number): void {
  using store = open();
  store.noteTold(told);
}

async function send(signal: AbortSignal): Promise<"sent" | "waiting"> {
  using store = open();
  using transport = openTestTransport(collector.url, collector.agentToken);
  const request = toTestRequest();
  return await sendLeftover({ store, transport, request, onTrouble: () => undefined }, signal);
}

test("events that nobody got to write down are told as missing", async () => {
  leave(7);
  const outcome = await send(AbortSignal.timeout(MINUTE_MS));
  const [run] = await collector.runs();

  expect(outcome).toBe("sent");
  expect(await collector.events(run?.id ?? "")).toMatchObject([
    { seq: 1, kind: "events-dropped", reason: "guard-killed", count: 7 },
  ]);
});

test("nothing is begun by a guard that has to end", async () => {
  leave(7);

  expect(await send(AbortSignal.abort())).toBe("waiting");
  expect(await collector.runs()).toEqual([]);
});
