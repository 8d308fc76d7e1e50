import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";

import { changedFileSchema } from "../../bench/coverage-of/files.ts";
import { madeFlowSchema } from "../../bench/coverage-of/flows.ts";
import { startedProcessSchema } from "../../bench/coverage-of/processes.ts";
import { buildGenerator } from "../../bench/harness/build-generator.ts";
import { readGroundTruth } from "../../bench/harness/ground-truth.ts";
import { createWorkDirectory, type WorkDirectory } from "../../bench/harness/work-directory.ts";
import { requires } from "../support/requires.ts";

const { compiler } = requires;
const hasIpv6 = networkInterfaces()["lo"]?.some(({ address }) => address === "::1") === true;

describe.skipIf(!compiler.available)(`the generators${compiler.note}`, () => {
  let work: WorkDirectory;
  let log = "";
  let files = "";

  beforeEach(() => {
    work = createWorkDirectory();
    log = join(work.path, "log");
    files = join(work.path, "files");
    mkdirSync(files);
  });

  afterEach(() => work[Symbol.dispose]());

  test("spawn-short logs every process once, each with its own argument", () => {
    run("spawn-short", log, "60", "4", buildGenerator("nothing"));
    const started = readGroundTruth(log, startedProcessSchema);
    expect(new Set(started.map(({ first }) => first)).size).toBe(60);
    expect(new Set(started.map(({ pid }) => pid)).size).toBe(4);
    expect(new Set(started.map(({ way }) => way))).toEqual(
      new Set(["vfork", "fork", "posix-spawn"]),
    );
    expect(started.find(({ first }) => first === "n=0")?.second).toBe("two words\nand a line");
  });

  test("connect-many logs as many connections and datagrams as were asked for", ({ skip }) => {
    skip(!hasIpv6, "the machine has no IPv6");
    run("connect-many", log, "80", "2");
    const flows = readGroundTruth(log, madeFlowSchema);
    const count = (transport: string, way = ""): number =>
      flows
        .filter((flow) => flow.did === transport && flow.way.startsWith(way))
        .reduce((sum, flow) => sum + flow.count, 0);
    expect(count("tcp")).toBe(80);
    expect(count("tcp", "refused")).toBe(20);
    for (const way of ["connect", "sendto", "sendmsg", "sendmmsg"])
      expect(count("udp", way)).toBe(80);
    const children = flows.filter(({ way }) => way === "short-lived-process");
    expect(new Set(children.map(({ pid }) => pid)).size).toBe(10);
  });

  test("files-many logs each deed and leaves no file", () => {
    run("files-many", log, files, "40", "4");
    const changes = readGroundTruth(log, changedFileSchema);
    const count = (deed: string): number => changes.filter(({ did }) => did === deed).length;
    expect([count("create"), count("rename"), count("delete")]).toEqual([40, 40, 40]);
    expect(changes.every(({ path }) => path.startsWith(`${files}/`))).toBe(true);
    expect(readdirSync(files)).toEqual([]);
  });

  test("the floods log one exact number each", () => {
    run("flood-exec", log, "1", "1", buildGenerator("nothing"));
    const number = z.object({ execs: z.int().optional(), opens: z.int().optional() });
    const [exec] = readGroundTruth(log, number);
    expect(exec?.execs).toBeGreaterThan(100);
    run("flood-open", log, files, "1", "1", "3");
    const [open] = readGroundTruth(log, number);
    expect(open?.opens).toBeGreaterThan(1_000);
    expect(readdirSync(files)).toHaveLength(3);
  });

  test("measure charges the command for what it started and left behind", () => {
    const busy = "while (process.cpuUsage().user < 400_000);";
    const leaveBehind = `require("node:child_process")
      .spawn(process.execPath, ["-e", "${busy}"], { detached: true, stdio: "ignore" }).unref();`;
    run("measure", log, process.execPath, "-e", leaveBehind);
    const [cost] = readGroundTruth(log, z.object({ userMicroseconds: z.int() }));
    expect(cost?.userMicroseconds).toBeGreaterThan(400_000);
  });

  test("build-load makes the packed program", ({ skip }) => {
    skip(spawnSync("make", ["--version"]).error !== undefined, "there is no make");
    const load = join(import.meta.dirname, "../../bench/generators/build-load.mjs");
    const { status } = spawnSync(process.execPath, [load, work.path, "1"], { stdio: "pipe" });
    expect(status).toBe(0);
    expect(existsSync(join(work.path, "package.tar.gz"))).toBe(true);
  });
});

function run(name: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(buildGenerator(name), args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${name} ended with status ${status}: ${stderr}`);
}
