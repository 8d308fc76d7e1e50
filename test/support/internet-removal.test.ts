import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";

import { describe, expect, test } from "vitest";

import { createInternet } from "./internet/internet.ts";
import { requires } from "./requires.ts";

const { internet: available } = requires;

describe.skipIf(!available.available)(`what an internet leaves behind${available.note}`, () => {
  test("is nothing, also when programs in it would live on", async () => {
    let owner = "";
    let programs: Program[] = [];
    {
      await using internet = await createInternet();
      const pod = await internet.pod();
      await internet.pod({ ownProcesses: true });
      const container = await pod.container();
      pod.start(["setsid", "--fork", "sleep", "1000"]);
      container.start(["sleep", "1000"]);
      await internet.site("github.test", { ipv4: "198.51.100.10", ports: { 443: "https" } });
      owner = ownerOf(pod.namespace.name);
      programs = programsOf(owner);

      expect(namedAfter(owner).length).toBeGreaterThan(4);
      expect(programs.length).toBeGreaterThan(4);
    }

    expect(namedAfter(owner)).toEqual([]);
    expect(programs.filter(isLiving)).toEqual([]);
  });

  test("is nothing when the test throws", async () => {
    let name = "";
    const run = async () => {
      await using internet = await createInternet();
      name = (await internet.pod()).namespace.name;
      throw new Error("as a failed test would");
    };

    await expect(run()).rejects.toThrow("as a failed test would");
    expect(name).toContain("-pod-");
    expect(namedAfter(ownerOf(name))).toEqual([]);
  });

  test("is swept by the next process where the one before was killed", async () => {
    const killed = spawn(process.execPath, ["--input-type=module-typescript"], { stdio: "pipe" });
    killed.stdin.end(`${LEAVES_ONE}\nsetInterval(() => {}, 1000);`);
    const [name] = await once(killed.stdout, "data");
    const owner = ownerOf(String(name));
    const programs = programsOf(owner);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    spawnSync(process.execPath, ["--input-type=module-typescript"], {
      input: `${LEAVES_ONE}\nprocess.exit();`,
    });

    // The servers, the holder of the mounts, and what the test had started.
    expect(programs).toHaveLength(3);
    expect(namedAfter(owner)).toEqual([]);
    expect(programs.filter(isLiving)).toEqual([]);
    spawnSync(process.execPath, ["--input-type=module-typescript"], { input: LEAVES_NONE });
  });

  test("is made and removed within a second", async () => {
    await createInternet().then(async (it) => it[Symbol.asyncDispose]());
    const durationsMs: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const startedAt = performance.now();
      await using internet = await createInternet();
      await internet.pod();
      durationsMs.push(performance.now() - startedAt);
    }

    expect(Math.min(...durationsMs)).toBeLessThan(1000);
  });
});

const IMPORT = `import { createInternet } from ${JSON.stringify(resolve(import.meta.dirname, "internet/internet.ts"))};`;
const LEAVES_ONE = `${IMPORT}
const internet = await createInternet();
const pod = await internet.pod();
const program = pod.start(["sh", "-c", "echo started; exec sleep 1000"]);
program.stdout.once("data", () => console.log(pod.namespace.name));
await new Promise((resolve) => program.stdout.once("data", resolve));`;
const LEAVES_NONE = `${IMPORT}
await using internet = await createInternet();`;

/** What all names of one internet begin with. */
function ownerOf(namespace: string): string {
  return namespace.split("-").slice(0, 4).join("-");
}

function namedAfter(owner: string): string[] {
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n");
  const names = [...readdirSync("/run/netns"), ...readdirSync(tmpdir()), ...mounts];
  return names.filter((it) => it.includes(owner));
}

interface Program {
  readonly pid: string;
  readonly network: string;
}

function programsOf(owner: string): Program[] {
  const names = readdirSync("/run/netns").filter((it) => it.startsWith(owner));
  const networks = new Set(names.map((it) => `net:[${statSync(`/run/netns/${it}`).ino}]`));
  return readdirSync("/proc")
    .filter((it) => /^\d+$/.test(it))
    .map((pid) => ({ pid, network: networkOf(pid) }))
    .filter(({ network }) => networks.has(network));
}

/** Numbers of processes and of networks are given out again, but hardly the same two together. */
function isLiving({ pid, network }: Program): boolean {
  return networkOf(pid) === network;
}

function networkOf(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return "";
  }
}
