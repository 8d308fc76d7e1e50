import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";

import type { AddressPair } from "./addresses.ts";
import { createMountNamespace, onlyChildOf, type MountNamespace } from "./mount-namespace.ts";
import { createNetworkNamespace, type NetworkNamespace } from "./network-namespace.ts";
import { runToEnd, type Ended } from "./run-to-end.ts";

export interface PlaceOptions {
  /** Lines of /etc/resolv.conf, or the addresses of name servers for it. */
  readonly resolver?: readonly string[];
  /** Lines for /etc/hosts, after those for localhost. */
  readonly hosts?: readonly string[];
  /** A process namespace of its own, with a /proc to match. */
  readonly ownProcesses?: boolean;
}

export interface RunOptions {
  /** On top of PATH, HOME and LANG, which are all that is handed on otherwise. */
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string | Uint8Array;
  readonly timeoutMs?: number;
  /** The place's own temporary folder where nothing is said. */
  readonly cwd?: string;
}

/** Where programs run: a pod, a host, a container. */
export interface Place extends AsyncDisposable {
  readonly name: string;
  readonly ipv4: string;
  readonly ipv6: string;
  /** A folder of its own, the programs' home; goes with the place. */
  readonly folder: string;
  /** What to trust for HTTPS: curl --cacert, NODE_EXTRA_CA_CERTS, SSL_CERT_FILE. */
  readonly caFile: string;
  readonly namespace: NetworkNamespace;
  /** As the machine sees it, whose namespaces are this place's: for what a test wants to enter itself. */
  readonly holderPid: number;
  /** argv that enters the place; a program and its arguments follow. */
  enter(options?: Pick<RunOptions, "cwd">): string[];
  run(argv: readonly string[], options?: RunOptions): Promise<Ended>;
  /** Leads a process group. With a process namespace of its own, the child is what entered it: see `signal`. */
  start(argv: readonly string[], options?: Pick<RunOptions, "env" | "cwd">): ChildProcess;
  /** To the program that was started, not to what entered the place for it. */
  signal(child: ChildProcess, signal: NodeJS.Signals): void;
}

export interface PlacePlan {
  readonly name: string;
  readonly namespaceName: string;
  readonly folder: string;
  readonly caFile: string;
  readonly addresses: AddressPair;
  readonly options: PlaceOptions;
  readonly defaultResolver: readonly string[];
  /** Connects the namespace, before any program can run in it. */
  connect(namespace: NetworkNamespace): Promise<void>;
}

export async function createPlace(plan: PlacePlan): Promise<Place> {
  mkdirSync(plan.folder, { recursive: true });
  const namespace = await createNetworkNamespace(plan.namespaceName);
  const { ownProcesses = false } = plan.options;
  const [mounts] = await Promise.all([
    createMountNamespace({
      network: namespace.path,
      folder: plan.folder,
      ownProcesses,
      files: toFiles(plan),
    }),
    plan.connect(namespace),
  ]);
  return joinPlace(plan, namespace, mounts);
}

function joinPlace(plan: PlacePlan, namespace: NetworkNamespace, mounts: MountNamespace): Place {
  const { folder } = plan;
  const ownProcesses = plan.options.ownProcesses ?? false;
  const namespaces = ["--net", "--mount", ...(ownProcesses ? ["--pid"] : [])];
  const enter: Place["enter"] = ({ cwd = folder } = {}) => [
    "nsenter",
    `--target=${mounts.holderPid}`,
    ...namespaces,
    "env",
    `--chdir=${cwd}`,
  ];
  const withEnvironment = (env: RunOptions["env"] = {}) => ({
    PATH,
    HOME: folder,
    LANG: "C.UTF-8",
    ...env,
  });
  return {
    name: plan.name,
    ...plan.addresses,
    folder,
    caFile: plan.caFile,
    namespace,
    holderPid: mounts.holderPid,
    enter,
    run: async (argv, { env, cwd = folder, ...rest } = {}) =>
      runToEnd([...enter({ cwd }), ...argv], { ...rest, env: withEnvironment(env) }),
    start(argv, { env, cwd = folder } = {}) {
      const [program = "", ...args] = [...enter({ cwd }), ...argv];
      return spawn(program, args, { stdio: "pipe", detached: true, env: withEnvironment(env) });
    },
    signal(child, signal) {
      const pid = ownProcesses ? onlyChildOf(child.pid ?? 0) : (child.pid ?? 0);
      if (child.exitCode === null && pid > 0) process.kill(pid, signal);
    },
    async [Symbol.asyncDispose]() {
      await mounts[Symbol.asyncDispose]();
      await namespace.remove();
    },
  };
}

/** The agent's Node.js first; then what every distribution has. */
const PATH = [
  dirname(process.execPath),
  "/usr/local/sbin",
  "/usr/local/bin",
  "/usr/sbin",
  "/usr/bin",
  "/sbin",
  "/bin",
].join(":");

/** Names come from files and DNS alone: no daemon of the machine is asked, and no file of the machine can be changed. */
function toFiles({ options, defaultResolver, addresses, name }: PlacePlan): Record<string, string> {
  const resolver = (options.resolver ?? defaultResolver).map((line) =>
    line.includes(" ") ? line : `nameserver ${line}`,
  );
  const hosts = [
    "127.0.0.1 localhost",
    "::1 localhost",
    `${addresses.ipv4} ${name}`,
    `${addresses.ipv6} ${name}`,
    ...(options.hosts ?? []),
  ];
  return {
    "/etc/resolv.conf": `${resolver.join("\n")}\n`,
    "/etc/hosts": `${hosts.join("\n")}\n`,
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n",
  };
}
