/** A network namespace in which nftables redirects every connection to addresses of ours to a gate, as the guard does. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

import type { SniCheck } from "../../../../agent/egress/sni/sni-check.ts";
import type { SniGateBounds, SniGateCounters } from "../../../../agent/egress/sni/sni-gate.ts";
import type { GateSettings } from "./gate-settings.ts";

const MARK = 0x5ca1ab1e;
const DEADLINE_MS = 10_000;
/** Of one program in the namespace; a test has its own limit, and a benchmark takes longer. */
const RUN_MS = 60_000;
/** Those that are tried by the tests, and one that no server listens at. */
const NETWORKS = ["198.51.100.0/24", "2001:db8::/64"];

interface Said {
  readonly check?: SniCheck;
  readonly ports?: { ipv4: number; ipv6: number };
  readonly counters?: SniGateCounters;
  readonly silent?: string;
  readonly heard?: number;
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface SniLab extends AsyncDisposable {
  readonly ports: { readonly ipv4: number; readonly ipv6: number };
  /** For servers of one's own. */
  readonly key: string;
  readonly cert: string;
  readonly checks: readonly SniCheck[];
  readonly said: readonly Said[];
  /** In the namespace, where everything is redirected but what the gate itself sends. */
  run(command: readonly string[], input?: string | Buffer): Promise<Ran>;
  counters(): Promise<SniGateCounters>;
  /** From audit mode to block mode. */
  enforce(): Promise<void>;
  until<T>(find: () => T | undefined): Promise<T>;
}

let labs = 0;

export async function createSniLab(
  gate: { isEnforcing?: boolean; bounds?: Partial<SniGateBounds> } = {},
): Promise<SniLab> {
  const name = `rg-sni-${process.pid}-${(labs += 1)}`;
  const inside = ["nsenter", `--net=/run/netns/${name}`];
  mustRun(["ip", "netns", "add", name]);
  mustRun([...inside, "ip", "link", "set", "lo", "up"]);
  for (const network of NETWORKS) {
    mustRun([...inside, "ip", "route", "add", "local", network, "dev", "lo"]);
  }
  const { isEnforcing = true, bounds = {} } = gate;
  const certificate = createCertificate();
  const settings: GateSettings = {
    ...certificate,
    mark: MARK,
    gate: { isEnforcing, bounds },
  };
  const child = spawn("nsenter", [
    ...inside.slice(1),
    process.execPath,
    join(import.meta.dirname, "gate-process.ts"),
    JSON.stringify(settings),
  ]);
  child.stderr.pipe(process.stderr);
  const said: Said[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    said.push(JSON.parse(line));
    for (const listener of listeners) listener();
  });
  const until = <T>(find: () => T | undefined): Promise<T> => waitFor(find, listeners);
  const order = (line: string): Promise<SniGateCounters> => {
    const before = said.length;
    child.stdin.write(`${line}\n`);
    return until(() => said.slice(before).find((it) => it.counters)?.counters);
  };
  const ports = await until(() => said.find((it) => it.ports)?.ports);
  mustRun([...inside, "nft", "-f", "-"], toRules(ports));

  return {
    ...certificate,
    ports,
    said,
    get checks() {
      return said.flatMap(({ check }) => (check === undefined ? [] : [check]));
    },
    run: (command, input) => run([...inside, ...command], input),
    counters: () => order("counters"),
    async enforce() {
      await order("enforce");
    },
    until,
    async [Symbol.asyncDispose]() {
      await end(child);
      mustRun(["ip", "netns", "delete", name]);
    },
  };
}

function toRules({ ipv4, ipv6 }: { ipv4: number; ipv6: number }): string {
  return `table inet lab {
    chain output {
      type nat hook output priority -100;
      meta mark ${MARK} return
      ip daddr 198.51.100.0/24 meta l4proto tcp redirect to :${ipv4}
      ip6 daddr 2001:db8::/64 meta l4proto tcp redirect to :${ipv6}
    }
  }\n`;
}

function waitFor<T>(find: () => T | undefined, listeners: Set<() => void>): Promise<T> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const found = find();
      if (found === undefined) return;
      clearTimeout(timer);
      listeners.delete(look);
      resolve(found);
    };
    const timer = setTimeout(() => {
      listeners.delete(look);
      reject(new Error("the gate did not say what was expected of it"));
    }, DEADLINE_MS);
    listeners.add(look);
    look();
  });
}

async function end(child: ChildProcessWithoutNullStreams): Promise<void> {
  const ended = new Promise((resolve) => void child.once("close", resolve));
  child.stdin.end();
  await ended;
}

function run(
  [program = "", ...args]: readonly string[],
  input: string | Buffer = "",
): Promise<Ran> {
  const child = spawn(program, args, { timeout: RUN_MS });
  const output = { stdout: "", stderr: "" };
  child.stdout.on("data", (bytes) => (output.stdout += String(bytes)));
  child.stderr.on("data", (bytes) => (output.stderr += String(bytes)));
  child.stdin.on("error", () => undefined).end(input);
  return new Promise((resolve) => {
    child.once("close", (status) => resolve({ status, ...output }));
  });
}

function mustRun([program = "", ...args]: readonly string[], input = ""): void {
  const { status, stderr } = spawnSync(program, args, { input, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${args.join(" ")}: ${stderr}`);
}

function createCertificate(): { key: string; cert: string } {
  const directory = mkdtempSync(join(tmpdir(), "runner-guard-sni-"));
  try {
    const [key, cert] = [join(directory, "key.pem"), join(directory, "cert.pem")];
    mustRun(
      `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=lab -keyout ${key} -out ${cert}`.split(
        " ",
      ),
    );
    return { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
