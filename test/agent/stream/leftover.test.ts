/** What a guard left that was killed, and how the next one tells of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, expect, test } from "vitest";

import { sendLeftover } from "../../../agent/stream/leftover.ts";
import { type DiskStore, openDiskStore } from "../../../agent/stream/spool/disk-store.ts";
import type { Transport } from "../../../agent/stream/transport/transport.ts";
import { CollectorProcess } from "./support/collector-process.ts";
import { openTestTransport, toTestRequest } from "./support/open-test-stream.ts";

const MINUTE_MS = 60_000;
const BATCH = {
  firstSeq: 1,
  count: 1,
  fromEvent: 1,
  toEvent: 1,
  isImportant: false,
  isLast: false,
  content: Buffer.from("x"),
};

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

async function send(): Promise<"sent" | "waiting"> {
  using store = open();
  using transport = openTestTransport(collector.url, collector.agentToken);
  const request = toTestRequest();
  const signal = AbortSignal.timeout(MINUTE_MS);
  return await sendLeftover({ store, transport, request, onTrouble: () => undefined }, signal);
}

test("events that nobody got to write down are told as missing", async () => {
  leave(7);
  const outcome = await send();
  const [run] = await collector.runs();

  expect(outcome).toBe("sent");
  expect(await collector.events(run?.id ?? "")).toMatchObject([
    { seq: 1, kind: "events-dropped", reason: "guard-killed", count: 7 },
  ]);
});

test("nothing is begun by a guard that has to end", async () => {
  {
    using store = open();
    store.append(BATCH);
    store.noteTold(7);
  }
  const transport: Transport = {
    send: async () => {
      throw new Error("nobody is to be asked");
    },
    [Symbol.dispose]: () => undefined,
  };
  using store = open();
  const options = { store, transport, request: toTestRequest(), onTrouble: () => undefined };

  expect(await sendLeftover(options, AbortSignal.abort())).toBe("waiting");
  expect(store.length).toBe(1);
});
