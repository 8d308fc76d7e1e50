/** In which order commands are obeyed, and what of that a guard knows after it was killed. */
import { expect, test } from "vitest";

import type {
  CommandJournal,
  CommandRecord,
} from "../../../../agent/stream/commands/command-journal.ts";
import {
  createObedience,
  type Obedience,
  type ObedienceOptions,
} from "../../../../agent/stream/commands/obedience.ts";
import type { SignedCommand } from "../../../../protocol/index.ts";

const NOTHING: CommandRecord = { runId: "run", taken: 0, settled: 0, outcomes: [], tightened: [] };

interface Setting {
  readonly obedience: Obedience;
  readonly done: string[];
  readonly told: string[];
  /** As it would be on disk. */
  readonly record: () => CommandRecord;
  /** Lets the tightenings end that are under way, and all that follow. */
  readonly letGo: () => void;
  readonly unheard: () => number;
}

interface Given {
  readonly before?: CommandRecord;
  readonly tell?: ObedienceOptions["tell"];
}

/** With tightenings that take until they are let go. */
function open({ before = NOTHING, tell = async () => true }: Given = {}): Setting {
  const done: string[] = [];
  const told: string[] = [];
  const gate = Promise.withResolvers<void>();
  let record = before;
  let unheard = 0;
  const journal: CommandJournal = {
    record: before,
    write(written) {
      record = written;
    },
  };
  const obedience = createObedience({
    runId: "run",
    journal,
    handlers: {
      async kill({ reason }) {
        done.push(`kill: ${reason}`);
        return { state: "obeyed" };
      },
      async tighten({ reason }) {
        await gate.promise;
        done.push(`tighten: ${reason}`);
        return { state: "obeyed" };
      },
    },
    tell(number, answer) {
      told.push(`${number} ${answer.state}`);
      return tell(number, answer);
    },
    onUnheard: () => (unheard += 1),
  });
  return {
    obedience,
    done,
    told,
    record: () => record,
    letGo: gate.resolve,
    unheard: () => unheard,
  };
}

function toCommand(number: number, kind: "kill" | "policy"): SignedCommand {
  const order = { by: "admin", reason: String(number), at: "2026-01-31T12:00:00Z" };
  const body = JSON.stringify({ ...order, ...(kind === "policy" && { tighten: {} }) });
  return { number, kind, body, mac: String(number).padStart(64, "0") };
}

test("a kill overtakes tightenings that are under way, or wait", async () => {
  const { obedience, done, told, letGo, record } = open();
  obedience.take(toCommand(1, "policy"));
  obedience.take(toCommand(2, "policy"));
  obedience.take(toCommand(3, "kill"));

  await expect.poll(() => told).toContain("3 obeyed");
  expect(done).toEqual(["kill: 3"]);
  letGo();
  await obedience.settle();
  expect(done).toEqual(["kill: 3", "tighten: 1", "tighten: 2"]);
  expect(record()).toMatchObject({ taken: 3, settled: 3 });
});

test("a kill gets in behind more tightenings than an agent obeys in a minute", async () => {
  const { obedience, done, letGo } = open();
  for (let number = 1; number < 1_000; number += 1) {
    expect(obedience.take(toCommand(number, "policy"))).toBe(true);
  }
  expect(obedience.take(toCommand(1_000, "kill"))).toBe(true);
  expect(obedience.take(toCommand(1_001, "policy"))).toBe(false);

  await expect.poll(() => done).toEqual(["kill: 1000"]);
  letGo();
  await obedience.settle();
});

test("a guard that was killed after a kill had overtaken does what was overtaken, and does not kill again", async () => {
  const before = open();
  before.obedience.take(toCommand(1, "policy"));
  before.obedience.take(toCommand(2, "kill"));
  await expect.poll(() => before.told).toContain("2 obeyed");
  const after = open({ before: before.record() });
  after.letGo();

  expect(after.obedience).toMatchObject({ taken: 0, settled: 0 });
  after.obedience.take(toCommand(1, "policy"));
  after.obedience.take(toCommand(2, "kill"));
  await after.obedience.settle();
  expect(after.done).toEqual(["tighten: 1"]);
  expect(after.told).toContain("2 obeyed");
  expect(after.record()).toMatchObject({ taken: 2, settled: 2 });
});

test("what a kill overtook is not taken for settled while the collector has not heard of it", async () => {
  const { obedience, letGo, record, unheard } = open({ tell: async (number) => number !== 1 });
  obedience.take(toCommand(1, "policy"));
  obedience.take(toCommand(2, "kill"));
  letGo();
  await obedience.settle();

  expect(record()).toMatchObject({ taken: 2, settled: 0 });
  expect(unheard()).toBeGreaterThan(0);
});

test("what is wanted of every run waits for its turn, and is in force again after a restart, once", async () => {
  const { obedience, done, letGo, record } = open();
  const policy = { by: "admin", reason: "always", at: "2026-01-31T12:00:00Z" };
  obedience.take(toCommand(1, "policy"));
  const wanted = [{ mode: "block" }, { mode: "block" }].map((tighten) =>
    obedience.tighten({ ...policy, tighten }),
  );
  letGo();

  expect(await Promise.all(wanted)).toEqual([{ state: "obeyed" }, { state: "obeyed" }]);
  expect(done).toEqual(["tighten: 1", "tighten: always", "tighten: always"]);
  expect(record().tightened).toEqual([{}, { mode: "block" }]);
});

test("when there was more to tell than could wait, the collector is asked again", async () => {
  const deaf = Promise.withResolvers<boolean>();
  const { obedience, letGo, unheard, record } = open({ tell: () => deaf.promise });
  letGo();
  for (let number = 1; number <= 300; number += 1) obedience.take(toCommand(number, "policy"));
  await expect.poll(() => record().taken).toBe(300);
  expect(unheard()).toBe(0);
  deaf.resolve(true);
  await obedience.settle();

  expect(unheard()).toBe(1);
});
