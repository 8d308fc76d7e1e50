/** What is sent, and what is counted, when a collector answers late, wrongly or not at all. */
import { expect, test } from "vitest";

import type {
  Appended,
  CollectorSession,
  Refusal,
  SendableBatch,
} from "../../../agent/stream/collector-session.ts";
import { toLines, toTails } from "../../../agent/stream/event-lines.ts";
import { createLosses, type Losses } from "../../../agent/stream/losses.ts";
import { pack, unpack } from "../../../agent/stream/packing.ts";
import { createSender, type Sender } from "../../../agent/stream/sender.ts";
import type { BatchStore, Position } from "../../../agent/stream/spool/batch-store.ts";
import { createMemoryStore } from "../../../agent/stream/spool/memory-store.ts";
import { createSpool, type Spool, type SpoolPolicy } from "../../../agent/stream/spool/spool.ts";
import { toTestRequest } from "./support/open-test-stream.ts";

const OUT_OF_STEP: Refusal = { status: "out-of-step", reason: "an error of its own" };
type Take = (batch: SendableBatch) => Appended;
type Behaviour = (batch: SendableBatch, take: Take) => Promise<Appended | Refusal>;

/** Collectors by the name of the run that each has; a batch is answered by what is first in `behaviours`, the rest is taken. */
class Collectors {
  current = "A";
  readonly behaviours: Behaviour[] = [];
  readonly acknowledged: Record<string, number> = {};
  readonly tails: Record<string, string[]> = {};

  readonly session: CollectorSession = {
    start: async () => {
      const runId = this.current;
      const acknowledged = this.acknowledged[runId] ?? 0;
      return { status: "started", run: { runId, uploadKey: "", acknowledged, lastMac: "" } };
    },
    append: async ({ runId }, batch) => {
      const due = (this.acknowledged[runId] ?? 0) + 1;
      if (runId !== this.current || batch.firstSeq !== due) return OUT_OF_STEP;
      const behaviour = this.behaviours.shift();
      const take: Take = (taken) => this.#take(runId, taken);
      return behaviour === undefined ? take(batch) : behaviour(batch, take);
    },
    finish: async () => ({ status: "finished" }),
  };

  /** Numbers of the events that one has, in its order. */
  numbers(runId: string): number[] {
    return this.#find(runId, /"n":(\d+)/).map(Number);
  }

  /** What one was told of as missing. */
  told(runId: string): string[] {
    return this.#find(runId, /"reason":("[^"]+","count":\d+)/);
  }

  #find(runId: string, wanted: RegExp): string[] {
    return (this.tails[runId] ?? []).flatMap((tail) => wanted.exec(tail)?.[1] ?? []);
  }

  #take(runId: string, { firstSeq, count, content }: SendableBatch): Appended {
    const acknowledged = firstSeq + count - 1;
    this.acknowledged[runId] = acknowledged;
    (this.tails[runId] ??= []).push(...toTails(unpack(content) ?? Buffer.alloc(0)));
    return { status: "appended", acknowledged, mac: "" };
  }
}

interface Setting {
  readonly sender: Sender;
  readonly spool: Spool;
  readonly losses: Losses;
  readonly troubles: (string | undefined)[];
}

interface Given {
  readonly store?: BatchStore;
  readonly position?: Position;
  readonly maxBytes?: number;
  readonly policy?: SpoolPolicy;
}

function open({ session }: Pick<Collectors, "session">, given: Given = {}): Setting {
  const { store = createMemoryStore(), maxBytes = 1_000_000, policy = "keep-oldest" } = given;
  const losses = createLosses();
  const troubles: (string | undefined)[] = [];
  const spool = createSpool(store, {
    maxBytes,
    policy,
    onEvicted: ({ fromEvent, toEvent }) => losses.add("spool-full", toEvent - fromEvent + 1),
  });
  const sender = createSender({
    session,
    spool,
    losses,
    request: toTestRequest(),
    position: given.position,
    saysGoodbye: true,
    onRun: () => undefined,
    onTrouble: (reason) => troubles.push(reason),
  });
  return { sender, spool, losses, troubles };
}

/** Ten events from there on. */
function add(
  { spool, sender }: Setting,
  fromEvent: number,
  { firstSeq = fromEvent, isImportant = false } = {},
): void {
  const tails = toRange(fromEvent, fromEvent + 9).map((number) => `"kind":"x","n":${number}}`);
  const content = pack(toLines(tails, firstSeq));
  const place = { firstSeq, count: 10, fromEvent, toEvent: fromEvent + 9 };
  spool.append({ ...place, isImportant, isLast: false, content }, "ordinary");
  sender.wake();
}

function toRange(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

async function finish({ sender }: Setting): Promise<string> {
  return sender.finish(AbortSignal.timeout(20_000));
}

test("a batch that was stored twice in spite of the answer is no conflict", async () => {
  const collectors = new Collectors();
  collectors.behaviours.push(
    async () => OUT_OF_STEP,
    async (batch, take) => {
      take(batch);
      return OUT_OF_STEP;
    },
  );
  const setting = open(collectors);
  add(setting, 1);
  add(setting, 11);
  const outcome = await finish(setting);

  expect(outcome).toBe("finished");
  expect(collectors.numbers("A")).toEqual(toRange(1, 20));
  expect(setting.sender.stored).toBe(20);
});

test("what is on its way again is not let go of for what is newer", async () => {
  const collectors = new Collectors();
  const gate = Promise.withResolvers<void>();
  const sending = Promise.withResolvers<void>();
  collectors.behaviours.push(
    async () => OUT_OF_STEP,
    async (batch, take) => {
      sending.resolve();
      await gate.promise;
      return take(batch);
    },
  );
  const setting = open(collectors, { maxBytes: 1_050, policy: "keep-newest" });
  add(setting, 1);
  add(setting, 11, { isImportant: true });
  add(setting, 21);
  await sending.promise;
  add(setting, 31);
  gate.resolve();
  await finish(setting);

  expect(collectors.numbers("A")).toEqual([...toRange(1, 20), ...toRange(31, 40)]);
  expect(setting.losses.byReason).toEqual({ "spool-full": 10 });
  expect(setting.sender.stored).toBe(30);
});

test("a collector that is back is told what another one has, and nothing is called damaged", async () => {
  const collectors = new Collectors();
  const setting = open(collectors);
  for (const [fromEvent, name] of [
    [1, "A"],
    [11, "B"],
    [21, "A"],
  ] as const) {
    collectors.current = name;
    add(setting, fromEvent);
    await expect.poll(() => setting.sender.stored).toBe(fromEvent + 9);
  }
  await finish(setting);

  expect(collectors.told("A")).toEqual(['"collector-changed","count":10']);
  expect(collectors.told("B")).toEqual(['"collector-changed","count":10']);
  expect(setting.losses.byReason).toEqual({});
});

test("a guard whose notes are older than what it sent sends what is left", async () => {
  const collectors = new Collectors();
  collectors.acknowledged["A"] = 20;
  const position = { runId: "A", acknowledged: 0, toEvent: 0, sending: undefined, jumps: [] };
  const setting = open(collectors, { position });
  for (const fromEvent of [1, 11, 21]) add(setting, fromEvent);

  expect(await finish(setting)).toBe("finished");
  expect(collectors.numbers("A")).toEqual(toRange(21, 30));
  expect(collectors.told("A")).toEqual([]);
});

test("what was lost before the collector was there is told to it", async () => {
  const collectors = new Collectors();
  const setting = open(collectors);
  setting.losses.add("spool-unwritable", 10);
  add(setting, 11, { firstSeq: 1 });
  await finish(setting);

  expect(collectors.told("A")).toEqual(['"spool-unwritable","count":10']);
  expect(collectors.numbers("A")).toEqual(toRange(11, 20));
});

test("what a refused batch would have told is told by the next, and counts once", async () => {
  const collectors = new Collectors();
  collectors.behaviours.push(async () => ({ status: "refused", reason: "never" }));
  const setting = open(collectors);
  setting.losses.add("spool-full", 100);
  add(setting, 101);
  add(setting, 111);
  await finish(setting);

  expect(setting.losses.byReason).toEqual({ "spool-full": 100, refused: 10 });
  expect(collectors.told("A").toSorted()).toEqual([
    '"refused","count":10',
    '"spool-full","count":100',
  ]);
  expect(setting.sender.stored).toBe(10);
});

test("events that were stored with an account of others count alone, and the account is not given twice", async () => {
  const collectors = new Collectors();
  collectors.behaviours.push(async (batch, take) => {
    take(batch);
    return OUT_OF_STEP;
  });
  const setting = open(collectors);
  setting.losses.add("spool-full", 10);
  add(setting, 11);
  add(setting, 31);
  await finish(setting);

  expect(setting.sender.stored).toBe(20);
  expect(collectors.told("A")).toEqual(['"spool-full","count":10', '"spool-damaged","count":10']);
});

test("a store that fails ends the sending, and not the guard", async () => {
  const collectors = new Collectors();
  const store = createMemoryStore();
  store.remove = () => {
    throw new Error("the disk is gone");
  };
  const setting = open(collectors, { store });
  add(setting, 1);

  expect(await finish(setting)).toBe("unfinished");
  expect(setting.troubles.at(-1)).toBe("the disk is gone");
});

test("a guard that no collector takes says so at its end, and not that time was short", async () => {
  const { session } = new Collectors();
  const setting = open({
    session: { ...session, start: async () => ({ status: "unauthorized", reason: "no token" }) },
  });
  add(setting, 1);
  await expect.poll(() => setting.troubles).toEqual(["no token"]);

  expect(await finish(setting)).toBe("refused");
});

test("a run that somebody else writes to is left alone", async () => {
  const collectors = new Collectors();
  const setting = open(collectors);
  add(setting, 1);
  await expect.poll(() => setting.sender.stored).toBe(10);
  collectors.acknowledged["A"] = 15;
  add(setting, 11);

  expect(await finish(setting)).toBe("unfinished");
  expect(setting.troubles.at(-1)).toBe("somebody else has written to this run");
  expect(collectors.numbers("A")).toEqual(toRange(1, 10));
});
