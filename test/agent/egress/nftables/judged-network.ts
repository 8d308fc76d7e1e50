import { execFileSync, spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Attempt, Outcome } from "./attempt.ts";

export const GATE_PORT = 5300;
export const SNI_PORT = 5301;
const PEER_PORTS = ["53", "443", "80", "8080", "9999", `${GATE_PORT}`];
/** Which answer datagrams. */
const PEER_ADDRESSES = ["203.0.113.10", "203.0.113.40", "2001:db8:99::10"];

/**
 * Two network namespaces and a cable: `job`, where tables are loaded, and a peer that takes packets for every address of
 * 203.0.113.0/24 and 2001:db8:99::/64, answers `peer`, and remembers what arrived. In `job` a gate answers `gate`.
 */
export interface JudgedNetwork extends AsyncDisposable {
  /** A program that is nft inside `job`. */
  readonly nft: string;
  /** Of the namespace `job`. */
  readonly path: string;
  /** Below /sys/fs/cgroup, and absolute. */
  readonly cgroup: { readonly path: string; readonly nftPath: string; readonly level: number };
  readonly own: { readonly ipv4: string; readonly ipv6: string };
  readonly peer: { readonly ipv4: string; readonly ipv6: string };
  readonly device: string;
  /** Inside `job`; in the control group unless told otherwise. */
  attempt(attempts: readonly Attempt[], where?: "cgroup" | "outside"): readonly Outcome[];
  /** In another namespace, which a test made. */
  attemptIn(name: string, attempts: readonly Attempt[]): readonly Outcome[];
  /** From the peer. */
  attemptFromPeer(attempts: readonly Attempt[]): readonly Outcome[];
  /** Whether a packet for this address came to the peer, fragments and all. */
  hasArrived(ip: string): boolean;
  run(program: string, ...args: readonly string[]): string;
  runAtPeer(program: string, ...args: readonly string[]): string;
  load(text: string): void;
  start(script: Script, ...args: readonly string[]): Promise<ChildProcess>;
  startInCgroup(script: Script, ...args: readonly string[]): Promise<ChildProcess>;
}

const SCRIPTS = {
  "answer.ts": new URL("answer.ts", import.meta.url),
  "attempt-all.ts": new URL("attempt-all.ts", import.meta.url),
  "converse.ts": new URL("converse.ts", import.meta.url),
};

let made = 0;

export async function makeNetwork(): Promise<JudgedNetwork> {
  made += 1;
  const id = `${process.pid}-${made}`;
  const [job, peer] = [`guard-job-${id}`, `guard-peer-${id}`];
  const folder = mkdtempSync(join(tmpdir(), "nftables-"));
  const cgroup = `/sys/fs/cgroup/unified/guard-nft-${id}`;
  const children: ChildProcess[] = [];
  const ip = (name: string, line: string): string => runIn(name, "ip", line.split(" "));
  const start = async (name: string, script: Script, args: readonly string[], group = "") => {
    const child = spawn(
      "nsenter",
      [`--net=/run/netns/${name}`, ...toEntering(group), process.execPath, toPath(script), ...args],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    children.push(child);
    await Promise.race([once(child.stdout, "data"), failOnExit(child, script)]);
    return child;
  };
  mkdirSync(cgroup);
  for (const name of [job, peer]) execFileSync("ip", ["netns", "add", name]);
  ip(job, `link add wire type veth peer name wire netns ${peer}`);
  for (const [name, last] of [
    [job, 1],
    [peer, 2],
  ] as const) {
    ip(name, "link set lo up");
    ip(name, `addr add 198.51.100.${last}/24 dev wire`);
    ip(name, `addr add 2001:db8:1::${last}/64 dev wire nodad`);
    ip(name, "link set wire up");
  }
  ip(job, "route add default via 198.51.100.2");
  ip(job, "-6 route add default via 2001:db8:1::2");
  ip(peer, "route add local 203.0.113.0/24 dev lo");
  ip(peer, "-6 route add local 2001:db8:99::/64 dev lo");
  ip(peer, "addr add 2001:db8:99::10/128 dev lo");
  runIn(peer, "nft", ["-f", "-"], PEER_RULES);
  await start(peer, "answer.ts", ["peer", PEER_ADDRESSES.join(","), ...PEER_PORTS]);
  await start(job, "answer.ts", ["gate", "127.0.0.1,::1", `${GATE_PORT}`]);
  await start(job, "answer.ts", ["sni", "127.0.0.1", `${SNI_PORT}`]);
  const nft = join(folder, "nft");
  const program = execFileSync("which", ["nft"], { encoding: "utf8" }).trim();
  const enter = execFileSync("which", ["nsenter"], { encoding: "utf8" }).trim();
  writeFileSync(nft, `#!/bin/sh\nexec ${enter} --net=/run/netns/${job} ${program} "$@"\n`, {
    mode: 0o755,
  });

  return {
    nft,
    path: `/run/netns/${job}`,
    cgroup: { path: cgroup, nftPath: `unified/guard-nft-${id}`, level: 1 },
    own: { ipv4: "198.51.100.1", ipv6: "2001:db8:1::1" },
    peer: { ipv4: "198.51.100.2", ipv6: "2001:db8:1::2" },
    device: "wire",
    attempt: (attempts, where = "cgroup") =>
      attempt(job, where === "cgroup" ? cgroup : "", attempts),
    attemptIn: (name, attempts) => attempt(name, "", attempts),
    attemptFromPeer: (attempts) => attempt(peer, "", attempts),
    hasArrived: (address) =>
      runIn(peer, "nft", ["list", "table", "inet", "arrivals"])
        .split(/[\s,{}]+/)
        .includes(address),
    run: (name, ...args) => runIn(job, name, args),
    runAtPeer: (name, ...args) => runIn(peer, name, args),
    load: (text) => runIn(job, "nft", ["-f", "-"], text),
    start: (script, ...args) => start(job, script, args),
    startInCgroup: (script, ...args) => start(job, script, args, cgroup),
    async [Symbol.asyncDispose]() {
      for (const child of children) {
        const ended = child.exitCode ?? child.signalCode ?? once(child, "exit");
        child.kill("SIGKILL");
        await ended;
      }
      for (const name of [job, peer]) execFileSync("ip", ["netns", "del", name]);
      rmSync(folder, { recursive: true });
      rmdirSync(cgroup);
    },
  };
}

/** Before defragmentation (-400), so that every fragment counts. */
const PEER_RULES = `
table inet arrivals {
  set ipv4 { type ipv4_addr; flags dynamic; size 4096; }
  set ipv6 { type ipv6_addr; flags dynamic; size 4096; }
  chain arrive {
    type filter hook prerouting priority -450; policy accept;
    iif "lo" return
    add @ipv4 { ip daddr }
    add @ipv6 { ip6 daddr }
  }
}
`;

/** Sockets belong to the control group that their maker was in. */
function toEntering(cgroup: string): readonly string[] {
  if (cgroup === "") return [];
  return ["sh", "-c", 'echo $$ > "$0/cgroup.procs"; exec "$@"', cgroup];
}

async function failOnExit(child: ChildProcess, script: Script): Promise<never> {
  await once(child, "exit");
  throw new Error(`${script} ended with ${child.exitCode ?? child.signalCode}`);
}

function runIn(name: string, program: string, args: readonly string[], input = ""): string {
  const ended = spawnSync("nsenter", [`--net=/run/netns/${name}`, program, ...args], {
    input,
    encoding: "utf8",
  });
  if (ended.status === 0) return ended.stdout;
  throw new Error(`${program} ${args.join(" ")}: ${ended.stderr}${ended.error?.message ?? ""}`);
}

function attempt(name: string, cgroup: string, attempts: readonly Attempt[]): Outcome[] {
  const args = [toPath("attempt-all.ts"), cgroup, JSON.stringify(attempts)];
  return JSON.parse(runIn(name, process.execPath, args));
}

type Script = keyof typeof SCRIPTS;

function toPath(script: Script): string {
  return fileURLToPath(SCRIPTS[script]);
}
