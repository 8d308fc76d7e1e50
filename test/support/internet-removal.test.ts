import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { resolve } from "node:path";

import { describe, expect, test } from "vitest";

import { createInternet } from "./internet/internet.ts";
import { requires } from "./requires.ts";

const { internet: available } = requires;

describe.skipIf(!available.available)(`what an internet leaves behind${available.note}`, () => {
  test("is nothing, also when programs in it would live on", async () => {
    const before = lookAround();
    const seen: string[] = [];
    {
      await using internet = await createInternet();
      const pod = await internet.pod();
      await internet.pod({ ownProcesses: true });
      const container = await pod.container();
      pod.start(["setsid", "--fork", "sleep", "1000"]);
      container.start(["sleep", "1000"]);
      await internet.site("github.test", { ipv4: "198.51.100.10", ports: { 443: "https" } });
      seen.push(...lookAround().filter((it) => !before.includes(it)));
    }

    expect(seen.length).toBeGreaterThan(5);
    expect(lookAround().filter((it) => seen.includes(it))).toEqual([]);
  });

  test("is nothing when the test throws", async () => {
    let name = "";
    const run = async () => {
      await using internet = await createInternet();
      name = (await internet.pod()).namespace.name;
      throw new Error("as a failed test would");
    };

    await expect(run()).rejects.toThrow("as a failed test would");
    expect(lookAround().filter((it) => it.includes(name.slice(0, -10)))).toEqual([]);
  });

  test("is swept by the next process where the one before was killed", async () => {
    const killed = spawn(process.execPath, ["--input-type=module-typescript"], { stdio: "pipe" });
    killed.stdin.end(`${LEAVES_ONE}\nsetInterval(() => {}, 1000);`);
    const [name] = await once(killed.stdout, "data");
    const owner = String(name).split("-").slice(0, 4).join("-");
    killed.kill("SIGKILL");
    await once(killed, "exit");

    expect(readdirSync("/run/netns").filter((it) => it.startsWith(owner))).toHaveLength(2);
    spawnSync(process.execPath, ["--input-type=module-typescript"], {
      input: `${LEAVES_ONE}\nprocess.exit();`,
    });

    expect(lookAround().filter((it) => it.includes(owner))).toEqual([]);
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
pod.start(["sleep", "1000"]);
console.log(pod.namespace.name);`;
const LEAVES_NONE = `${IMPORT}
await using internet = await createInternet();`;

/** Namespaces, folders, mounts, and the programs of an internet with the namespaces that they live in. */
function lookAround(): string[] {
  return [
    ...readdirSync("/run/netns").map((it) => `namespace ${it}`),
    ...readdirSync(tmpdir())
      .filter((it) => it.startsWith("rginternet-"))
      .map((it) => `folder ${it}`),
    ...readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .filter((it) => it.includes("rginternet-")),
    ...readdirSync("/proc")
      .filter((it) => /^\d+$/.test(it))
      .flatMap(toForeignNetwork),
  ];
}

function toForeignNetwork(pid: string): string[] {
  try {
    const network = readlinkSync(`/proc/${pid}/ns/net`);
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return network === readlinkSync("/proc/self/ns/net")
      ? []
      : [`process ${pid} ${network} ${command}`];
  } catch {
    return [];
  }
}
