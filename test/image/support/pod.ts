/** Namespaces that several containers share, as the containers of a pod do: processes, network, host name. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

/** In the order of the OCI runtime specification. */
const SHARED = { pid: "pid", network: "net", ipc: "ipc", uts: "uts" } as const;
export type SharedNamespace = keyof typeof SHARED;

export interface Pod extends AsyncDisposable {
  readonly namespaces: Readonly<Record<SharedNamespace, string>>;
  /** Something to connect to, which is not the pod's own. */
  readonly neighbour: string;
}

const NEIGHBOUR = "203.0.113.9";
const NETWORK = [
  ["link", "set", "lo", "up"],
  ["link", "add", "outside", "type", "veth", "peer", "name", "nobody"],
  ["address", "add", "203.0.113.1/24", "dev", "outside"],
  ["link", "set", "nobody", "up"],
  ["link", "set", "outside", "up"],
];

export async function startPod(): Promise<Pod> {
  const options = ["--pid", "--net", "--ipc", "--uts", "--mount", "--fork", "--mount-proc"];
  const holder = spawn("unshare", [...options, "--kill-child", "sleep", "infinity"], {
    stdio: "ignore",
  });
  const first = await findChild(holder);
  for (const args of NETWORK) {
    const { status, stderr } = spawnSync("nsenter", [`--net=/proc/${first}/ns/net`, "ip", ...args]);
    if (status !== 0) throw new Error(`ip ${args.join(" ")}: ${String(stderr)}`);
  }
  const toPath = (name: SharedNamespace): string => `/proc/${first}/ns/${SHARED[name]}`;
  return {
    namespaces: {
      pid: toPath("pid"),
      network: toPath("network"),
      ipc: toPath("ipc"),
      uts: toPath("uts"),
    },
    neighbour: NEIGHBOUR,
    async [Symbol.asyncDispose]() {
      const ended = once(holder, "exit");
      holder.kill("SIGKILL");
      await ended;
    },
  };
}

/** The pod's first process, once it is what it is to be. */
async function findChild({ pid }: ChildProcess): Promise<number> {
  for (;;) {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
    const child = Number(children);
    if (child > 0 && readFileSync(`/proc/${child}/comm`, "utf8") === "sleep\n") return child;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
