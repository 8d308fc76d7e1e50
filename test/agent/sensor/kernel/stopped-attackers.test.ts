import { once } from "node:events";

import { describe, expect, test } from "vitest";

import { NO_KILLS } from "../../../../agent/sensor/kernel/kills.ts";
import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { observeCommand, ofKind } from "./support/observe-command.ts";
import { startTarget } from "./support/target-process.ts";

const { bpf } = requires;
const [SIGTERM, SIGUSR2, NO_SIGNAL] = ["15", "12", "0"];
const ignore = (): void => undefined;
const sensor = { kills: { ...NO_KILLS, guardAttackers: true } };

describe.skipIf(!bpf.available)(`a signal aimed at the guard${bpf.note}`, () => {
  test.for(["kill", "tkill", "tgkill", "pidfd", "queue"])(
    "by %s ends who sends it before the call returns",
    async (way) => {
      const landed = once(process, "SIGUSR2");
      const command = [buildProgram("send-signal"), way, String(process.pid), SIGUSR2];
      const observed = await observeCommand(command, { sensor });
      await landed;
      expect(observed.exit).toEqual({ code: null, signal: "SIGKILL" });
      expect(observed.records).toEqual([]);
      expect(ofKind(observed, "privileged")).toMatchObject([
        {
          operation: "signal-guard",
          detail: "SIGUSR2",
          killed: true,
          process: { pid: observed.pid },
        },
      ]);
    },
  );

  test.for([
    { what: "that only asks whether it is there", pid: String(process.pid), signal: NO_SIGNAL },
    { what: "that asks it to end, and is passed on", pid: String(process.pid), signal: SIGTERM },
    { what: "to the group that it is in", pid: "0", signal: "23" },
  ])("$what ends nobody", async ({ pid, signal }) => {
    process.on("SIGTERM", ignore);
    const observed = await observeCommand([buildProgram("send-signal"), "kill", pid, signal], {
      sensor,
    });
    process.off("SIGTERM", ignore);
    expect(observed.exit).toEqual({ code: 0, signal: null });
  });

  test("where nobody is ended for it is told as before", async () => {
    const landed = once(process, "SIGUSR2");
    const command = [buildProgram("send-signal"), "kill", String(process.pid), SIGUSR2];
    const observed = await observeCommand(command);
    await landed;
    expect(observed.exit).toEqual({ code: 0, signal: null });
    expect(ofKind(observed, "privileged")).toMatchObject([{ operation: "signal-guard" }]);
    expect(ofKind(observed, "privileged")[0]).not.toHaveProperty("killed");
  });

  test("to another process is none of its business", async () => {
    await using target = await startTarget();
    const command = [buildProgram("send-signal"), "kill", String(target.ref.pid), "28"];
    expect((await observeCommand(command, { sensor })).exit.code).toBe(0);
  });
});

describe.skipIf(!bpf.available)(`reading the guard's memory${bpf.note}`, () => {
  test.for(["mem", "process-vm-readv"])("by %s ends who does it", async (way) => {
    const command = [buildProgram("memory-access"), way, String(process.pid)];
    const observed = await observeCommand(command, { sensor });
    expect(observed.exit.signal).toBe("SIGKILL");
    expect(ofKind(observed, "memory-access")).toMatchObject([
      { targetPid: process.pid, killed: true },
    ]);
  });

  test("ends nobody where it is another's that is read", async () => {
    await using target = await startTarget();
    const command = [buildProgram("memory-access"), "mem", String(target.ref.pid)];
    expect((await observeCommand(command, { sensor })).exit.code).toBe(0);
  });
});
