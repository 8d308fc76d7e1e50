import { mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { buildProgram } from "../../../support/build-program.ts";
import { requires } from "../../../support/requires.ts";
import { ofKind } from "./support/observe-command.ts";
import { useStandingSensor } from "./support/standing-sensor.ts";
import { startTarget } from "./support/target-process.ts";

const { bpf } = requires;
const NOBODY = 65_534;

describe.skipIf(!bpf.available)(`reaching into another process${bpf.note}`, () => {
  const observe = useStandingSensor();

  test.for([
    { how: "mem", method: "proc-mem" },
    { how: "mem-write", method: "proc-mem" },
    { how: "maps", method: "proc-maps" },
    { how: "environ", method: "proc-environ" },
    { how: "map-files", method: "proc-map-files" },
    { how: "task-mem", method: "proc-mem" },
  ])("by /proc ($how) is told with its target", async ({ how, method }) => {
    await using target = await startTarget();
    const observed = await observe([buildProgram("memory-access"), how, String(target.ref.pid)]);
    expect(observed.records).toMatchObject([{ ok: true }]);
    expect(ofKind(observed, "memory-access")[0]).toMatchObject({
      process: { pid: observed.pid },
      method,
      targetPid: target.ref.pid,
      target: target.ref,
      succeeded: true,
    });
  });

  test("by one of its mapped files, without a look at their list, is told", async () => {
    await using target = await startTarget();
    const [name = ""] = readdirSync(`/proc/${target.ref.pid}/map_files`);
    const path = `/proc/${target.ref.pid}/map_files/${name}`;
    const observed = await observe(["/usr/bin/head", "-c1", path]);
    expect(observed.exit.code).toBe(0);
    expect(ofKind(observed, "memory-access")).toMatchObject([
      { method: "proc-map-files", targetPid: target.ref.pid, succeeded: true },
    ]);
  });

  test.for(["smaps", "smaps_rollup"])("by /proc/PID/%s is told", async (file) => {
    await using target = await startTarget();
    const observed = await observe(["/usr/bin/head", "-c1", `/proc/${target.ref.pid}/${file}`]);
    expect(ofKind(observed, "memory-access")).toMatchObject([
      { method: "proc-maps", target: target.ref },
    ]);
  });

  test("by a symbolic link or a relative name is told all the same", async () => {
    await using target = await startTarget();
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "memory-")));
    try {
      symlinkSync(`/proc/${target.ref.pid}`, join(directory, "innocent"));
      const byLink = await observe(["/usr/bin/head", "-c1", `${directory}/innocent/environ`]);
      const byName = await observe(["/usr/bin/head", "-c1", "environ"], {
        cwd: `/proc/${target.ref.pid}`,
      });
      for (const observed of [byLink, byName]) {
        expect(ofKind(observed, "memory-access")).toMatchObject([
          { method: "proc-environ", target: target.ref, succeeded: true },
        ]);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test("by a procfs mounted elsewhere is told all the same", async () => {
    await using target = await startTarget();
    const directory = realpathSync(mkdtempSync(join(tmpdir(), "memory-")));
    try {
      const script = `mount -t proc none ${directory} && head -c1 ${directory}/${target.ref.pid}/environ`;
      const observed = await observe(["/usr/bin/unshare", "--mount", "/bin/sh", "-c", script]);
      expect(observed.exit.code).toBe(0);
      expect(ofKind(observed, "memory-access")).toMatchObject([
        { method: "proc-environ", target: target.ref },
      ]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test.for([
    { how: "attach", method: "ptrace" },
    { how: "seize", method: "ptrace" },
    { how: "process-vm-readv", method: "process-vm-readv" },
    { how: "process-vm-writev", method: "process-vm-writev" },
  ])("by a system call ($how) is told", async ({ how, method }) => {
    await using target = await startTarget();
    const observed = await observe([buildProgram("memory-access"), how, String(target.ref.pid)]);
    expect(ofKind(observed, "memory-access")).toMatchObject([
      {
        process: { pid: observed.pid },
        method,
        targetPid: target.ref.pid,
        succeeded: observed.records[0]?.ok,
      },
    ]);
  });

  test.for([
    { how: "mem", method: "proc-mem" },
    { how: "environ", method: "proc-environ" },
    { how: "attach", method: "ptrace" },
    { how: "process-vm-readv", method: "process-vm-readv" },
  ])("an ordinary user who is refused ($how) is told as refused", async ({ how, method }) => {
    await using target = await startTarget();
    const observed = await observe([buildProgram("memory-access"), how, String(target.ref.pid)], {
      uid: NOBODY,
    });
    expect(observed.records).toMatchObject([{ ok: false }]);
    expect(ofKind(observed, "memory-access")).toMatchObject([
      { process: { pid: observed.pid }, method, targetPid: target.ref.pid, succeeded: false },
    ]);
  });

  test("a detour through one's own folder does not hide whose files were refused", async () => {
    await using target = await startTarget();
    const path = `/proc/self/../${target.ref.pid}/environ`;
    const observed = await observe(["/bin/cat", path], {
      uid: NOBODY,
      stdio: ["ignore", "pipe", "pipe"],
    });
    expect(ofKind(observed, "memory-access")).toMatchObject([
      { method: "proc-environ", targetPid: target.ref.pid, succeeded: false },
    ]);
  });

  test("what the guard itself holds is a target like any", async () => {
    const observed = await observe([buildProgram("memory-access"), "environ", String(process.pid)]);
    expect(ofKind(observed, "memory-access")).toMatchObject([{ targetPid: process.pid }]);
  });
});

describe.skipIf(!bpf.available)(`what is no reaching into another${bpf.note}`, () => {
  const observe = useStandingSensor();

  test("a process that reads its own files is nothing to report", async () => {
    const observed = await observe([
      "/bin/cat",
      "/proc/self/maps",
      "/proc/self/environ",
      "/proc/thread-self/smaps",
    ]);
    expect(observed.exit.code).toBe(0);
    expect(ofKind(observed, "memory-access")).toEqual([]);
  });

  test("nor one that copies within its own memory by process_vm_readv", async () => {
    const script = `exec ${buildProgram("memory-access")} process-vm-readv $$`;
    const observed = await observe(["/bin/sh", "-c", script]);
    expect(observed.records).toMatchObject([{ ok: true, target: observed.pid }]);
    expect(ofKind(observed, "memory-access")).toEqual([]);
  });

  test("nor one that asks to be traced, or looks at what everybody may see", async () => {
    await using target = await startTarget();
    const traced = await observe([buildProgram("memory-access"), "traceme", "0"]);
    expect(ofKind(traced, "memory-access")).toEqual([]);
    const looked = await observe([
      "/bin/cat",
      `/proc/${target.ref.pid}/stat`,
      `/proc/${target.ref.pid}/cmdline`,
      "/proc/self/fd/0",
    ]);
    expect(ofKind(looked, "memory-access")).toEqual([]);
  });
});
