import { closeSync, openSync, readSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { NO_KILLS } from "../../../../agent/sensor/kernel/kills.ts";
import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { observeCommand, ofKind } from "./support/observe-command.ts";
import { plantMemory, type PlantedMemory } from "./support/planted-memory.ts";

const { bpf } = requires;
const TRIES = 50;
const NO_IO_URING = 3;
const NOBODY = 65_534;
const sensor = { kills: { ...NO_KILLS, memoryReaders: true } };

const steal = (way: string, { pid, address }: PlantedMemory, tries = TRIES): string[] => [
  buildProgram("steal-memory"),
  way,
  String(pid),
  address,
  String(tries),
];

function readMemory({ pid, address }: PlantedMemory): string {
  const memory = openSync(`/proc/${pid}/mem`, "r");
  const bytes = Buffer.alloc(8);
  readSync(memory, bytes, 0, bytes.length, BigInt(address));
  closeSync(memory);
  return bytes.toString("hex");
}

describe.skipIf(!bpf.available)(`reaching into memory that is not the job's${bpf.note}`, () => {
  test.for([
    { way: "mem", method: "proc-mem" },
    { way: "openat2", method: "proc-mem" },
    { way: "task", method: "proc-mem" },
    { way: "relative", method: "proc-mem" },
    { way: "dirfd", method: "proc-mem" },
    { way: "link", method: "proc-mem" },
    { way: "detour", method: "proc-mem" },
    { way: "map-files", method: "proc-map-files" },
    { way: "vm", method: "process-vm-readv" },
    { way: "ptrace", method: "ptrace" },
    { way: "getfd", method: "pidfd-getfd" },
  ])("by $way ends the process, and it gets no byte", async ({ way, method }) => {
    await using planted = await plantMemory();
    const observed = await observeCommand(steal(way, planted), { sensor });
    expect(observed.records).toMatchObject([{ tries: TRIES, killed: TRIES, leaks: 0 }]);
    const accesses = ofKind(observed, "memory-access").filter(({ killed }) => killed);
    expect(accesses).toHaveLength(TRIES);
    expect(accesses[0]).toMatchObject({ method, targetPid: planted.pid });
  });

  test.for(["ring", "ring-number"])(
    "by io_uring (%s), with the read in the same submission, does too",
    async (way, { skip }) => {
      await using planted = await plantMemory();
      const observed = await observeCommand(steal(way, planted), { sensor });
      skip(observed.records[0]?.["lastExit"] === NO_IO_URING, "io_uring is switched off here");
      expect(observed.records).toMatchObject([{ tries: TRIES, killed: TRIES, leaks: 0 }]);
      expect(ofKind(observed, "memory-access").filter(({ killed }) => killed)).toHaveLength(TRIES);
    },
  );

  const hidden = [
    "ring-link",
    "ring-async",
    "ring-poller",
    "ring-vector",
    "ring-inline",
    "ring-poller-inline",
  ];

  test.for(["racing", "preferring", "shared", "swapped", ...hidden])(
    "by a name that hides where it leads, and a read before that is told (%s), does too",
    async (way, { skip }) => {
      await using planted = await plantMemory();
      const observed = await observeCommand(steal(way, planted), { sensor });
      skip(observed.records[0]?.["lastExit"] === NO_IO_URING, "io_uring is switched off here");
      expect(observed.records).toMatchObject([{ tries: TRIES, killed: TRIES, leaks: 0 }]);
      const thieves = ofKind(observed, "memory-access").filter(({ killed }) => killed);
      expect(thieves.length).toBeGreaterThanOrEqual(TRIES);
      expect(thieves[0]).toMatchObject({ method: "proc-mem", targetPid: planted.pid });
    },
  );

  test.for(["passed", "ring-quiet"])(
    "by what reaches the memory in some tries alone (%s) gets no byte in any",
    async (way, { skip }) => {
      await using planted = await plantMemory();
      const observed = await observeCommand(steal(way, planted), { sensor });
      skip(observed.records[0]?.["lastExit"] === NO_IO_URING, "io_uring is switched off here");
      expect(observed.records).toMatchObject([{ tries: TRIES, leaks: 0 }]);
    },
  );

  test("by a mount of it under another name does, and is told", async () => {
    await using planted = await plantMemory();
    const script = `mount --bind /proc/${planted.pid}/mem /proc/sys/kernel/hostname
      dd if=/proc/sys/kernel/hostname iflag=skip_bytes bs=8 count=1 skip=${planted.address} 2>/dev/null; true`;
    const command = ["unshare", "--mount", "sh", "-c", script];
    const observed = await observeCommand(command, { sensor });
    expect(observed.stdout).toBe("");
    expect(ofKind(observed, "memory-access").filter(({ killed }) => killed)).toMatchObject([
      { method: "proc-mem", targetPid: planted.pid },
    ]);
    expect((await observeCommand(command)).stdout).toBe("SSSSSSSS");
  });

  test("by a descriptor to write changes no byte", async () => {
    await using planted = await plantMemory();
    const before = readMemory(planted);
    const observed = await observeCommand(steal("write", planted), { sensor });
    expect(observed.records).toMatchObject([{ tries: TRIES, killed: TRIES }]);
    expect(readMemory(planted)).toBe(before);
    await observeCommand(steal("write", planted, 1));
    expect(readMemory(planted)).not.toBe(before);
  });

  test.for(["mem", "vm", "link", "ring", "shared"])(
    "by %s works where nobody is stopped",
    async (way) => {
      await using planted = await plantMemory();
      const observed = await observeCommand(steal(way, planted, 1));
      expect(observed.records).toMatchObject([{ killed: 0, leaks: 1 }]);
      expect(ofKind(observed, "memory-access").some(({ killed }) => killed)).toBe(false);
    },
  );
});

describe.skipIf(!bpf.available)(`what ends nobody${bpf.note}`, () => {
  test("is a debugger on processes of the job", async () => {
    const program = buildProgram("memory-access");
    const ways = [
      "mem",
      "maps",
      "task-mem",
      "attach",
      "seize",
      "process-vm-readv",
      "process-vm-writev",
    ];
    const script = `sleep 60 & for way in ${ways.join(" ")}; do ${program} $way $! || exit 1; done; kill $!`;
    const observed = await observeCommand(["/bin/sh", "-c", script], { sensor });
    expect(observed.exit).toEqual({ code: 0, signal: null });
    expect(observed.records).toHaveLength(ways.length);
    const accesses = ofKind(observed, "memory-access");
    expect(accesses.length).toBeGreaterThanOrEqual(ways.length - 1);
    expect(accesses.filter(({ killed }) => killed)).toEqual([]);
  });

  test("is a look at what ps and lsof show, or at the environment", async () => {
    await using planted = await plantMemory();
    const files = ["stat", "status", "cmdline", "environ", "maps", "smaps"];
    const paths = files.map((file) => `/proc/${planted.pid}/${file}`);
    const observed = await observeCommand(["/bin/cat", ...paths], { sensor });
    expect(observed.exit).toEqual({ code: 0, signal: null });
  });

  test("is what the kernel refuses anyway", async () => {
    await using planted = await plantMemory();
    const observed = await observeCommand(steal("mem", planted), { sensor, uid: NOBODY });
    expect(observed.records).toMatchObject([{ killed: 0, leaks: 0 }]);
  });
});
