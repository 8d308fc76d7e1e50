/**
 * What a test needs of the machine. Where it is missing, tests are skipped by name with the reason:
 *
 *     const { bpf } = requires;
 *     describe.skipIf(!bpf.available)(`the kernel sensor${bpf.note}`, () => { … });
 *
 * Where RUNNER_GUARD_TEST_REQUIRE_ALL=1 says that the machine has everything, a missing requirement fails the test file
 * instead, so that nothing is skipped unseen.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import koffi from "koffi";

export interface Requirement {
  readonly available: boolean;
  /** What is missing; empty when nothing is. */
  readonly reason: string;
  /** The same for the end of a test's name: ` (skipped: needs root)`, or empty. */
  readonly note: string;
}

/** Each is looked at once a test file, when it is first asked for. */
export const requires = {
  get root() {
    return once("root", findRoot);
  },
  /** Everything the kernel sensor needs: root, BTF, libbpf, the compiled program, and a kernel that takes it. */
  get bpf() {
    return once("bpf", findBpf);
  },
  /** May make network namespaces and set them up with `ip`. */
  get netns() {
    return once("netns", findNetworkNamespaces);
  },
  /** And to filter packets in them with `nft`. */
  get nftables() {
    return once("nftables", () => findNetworkNamespaces() || findCommand("nft"));
  },
  /** May make the network of test/support/internet, with the clients that tests run in it. */
  get internet() {
    return once("internet", findInternet);
  },
  /** May mount file systems in memory, of a size. */
  get mounts() {
    return once("mounts", () => findRoot() || findCommand("mount") || findMountNamespace());
  },
  /** May mount file systems that a program serves. */
  get fuse() {
    return once("fuse", () => findRoot() || (existsSync("/dev/fuse") ? "" : "needs /dev/fuse"));
  },
  /** May make a machine of files of its own, with sudo and an engine's socket. */
  get sudo() {
    return once("sudo", findSudo);
  },
  /** May boot systemd in namespaces, with the kernel sensor and `nft` in them. */
  get systemd() {
    return once("systemd", findSystemd);
  },
  get compiler() {
    return once("compiler", () => findCommand("gcc"));
  },
  /** May link WebAssembly, and compiles it as the committed module was: another version of clang may write other code. */
  get wasmLinker() {
    return once("wasmLinker", () => findCommand("clang-14") || findCommand("wasm-ld"));
  },
  /** May give a program a terminal. */
  get terminal() {
    return once("terminal", () => findCommand("script"));
  },
  get make() {
    return once("make", () => findCommand("make"));
  },
  /** Resolvers that are in use everywhere, to be asked by the guard's own client. */
  get dnsmasq() {
    return once("dnsmasq", () => findCommand("dnsmasq"));
  },
  /** A second one where it happens to be: its package starts a service, so set-up does not bring it. */
  get unbound() {
    return toRequirement(findCommand("unbound"));
  },
  /** Reads GitHub's answers in the runner's image, which has it; nothing of ours needs it. */
  get jq() {
    return once("jq", () => findCommand("jq"));
  },
  /** Looks through shell scripts; set-up takes it out of its package. */
  get shellcheck() {
    return once("shellcheck", () => (existsSync(SHELLCHECK) ? "" : findCommand("shellcheck")));
  },
  /** Checks rules for Prometheus; set-up takes it out of its package. */
  get promtool() {
    return once("promtool", () => (existsSync(PROMTOOL) ? "" : findCommand("promtool")));
  },
  /** Renders manifests for Kubernetes; set-up takes it out of its package. */
  get kubectl() {
    return once("kubectl", () => (existsSync(KUBECTL) ? "" : findCommand("kubectl")));
  },
  /** The proxy before a collector; set-up takes it out of its package. */
  get caddy() {
    return once("caddy", () => (existsSync(CADDY) ? "" : findCommand("caddy")));
  },
  /** Renders charts as Helm does: Go and the libraries that Helm is made of, which set-up installs. */
  get goLibraries() {
    return once("goLibraries", findGoLibraries);
  },
  /** Takes alerts as it does in production; set-up takes it out of its package. */
  get alertmanager() {
    return once("alertmanager", findAlertmanager);
  },
  /** Takes mail: a server in Python, which set-up takes out of its packages. */
  get mailServer() {
    return once("mailServer", findMailServer);
  },
  /** Shows pages of the dashboard. */
  get chromium() {
    return once("chromium", () => findCommand("chromium"));
  },
  /** Compiles for BPF. */
  get clang() {
    return once("clang", () => findCommand("clang") || findCommand("llvm-strip"));
  },
};

/** Where set-up puts programs and modules of Python. */
export const UNPACKED = join(import.meta.dirname, "../../.cache/unpacked");
export const PROMTOOL = join(UNPACKED, "promtool");
export const SHELLCHECK = join(UNPACKED, "shellcheck");
export const KUBECTL = join(UNPACKED, "kubectl");
export const CADDY = join(UNPACKED, "caddy");
export const GO = existsSync("/usr/lib/go-1.19/bin/go") ? "/usr/lib/go-1.19/bin/go" : "go";
/** Where Debian has libraries of Go. */
export const GO_LIBRARIES = "/usr/share/gocode";

const found = new Map<string, Requirement>();

function once(name: string, find: () => string): Requirement {
  const known = found.get(name);
  if (known !== undefined) return known;
  const reason = find();
  if (reason !== "" && process.env["RUNNER_GUARD_TEST_REQUIRE_ALL"] === "1") {
    throw new Error(
      `RUNNER_GUARD_TEST_REQUIRE_ALL=1 promises a machine with everything, but: ${reason}`,
    );
  }
  const requirement = toRequirement(reason);
  found.set(name, requirement);
  return requirement;
}

function toRequirement(reason: string): Requirement {
  const available = reason === "";
  return { available, reason, note: available ? "" : ` (skipped: ${reason})` };
}

function findRoot(): string {
  return process.geteuid?.() === 0 ? "" : "needs root";
}

function findCommand(name: string): string {
  const { error } = spawnSync(name, ["--version"], { stdio: "ignore" });
  return error === undefined ? "" : `needs the program ${name}`;
}

function findNetworkNamespaces(): string {
  const missing = findRoot() || findCommand("ip");
  if (missing !== "") return missing;
  const { status } = spawnSync("unshare", ["--net", "true"], { stdio: "ignore" });
  return status === 0 ? "" : "may not make network namespaces";
}

function findInternet(): string {
  const missing = findNetworkNamespaces() || findFirstMissing(INTERNET_PROGRAMS);
  if (missing !== "") return missing;
  const { status } = spawnSync("unshare", ["--net", "nft", "add", "table", "inet", "probe"], {
    stdio: "ignore",
  });
  return status === 0 ? "" : "may not make nftables tables";
}

function findSystemd(): string {
  const missing =
    findBpf() || findNetworkNamespaces() || findCommand("nft") || findMountNamespace();
  if (missing !== "") return missing;
  if (!existsSync("/lib/systemd/systemd")) return "needs systemd";
  return readFileSync("/proc/self/mounts", "utf8").includes(" cgroup2 ") ? "" : "needs cgroup2";
}

function findSudo(): string {
  const missing = findRoot() || findFirstMissing(["sudo", "setpriv", "nc"]);
  return missing === "" ? findMountNamespace() : missing;
}

function findGoLibraries(): string {
  const missing = findCommand(GO);
  if (missing !== "") return missing;
  const library = [
    "github.com/Masterminds/sprig",
    "github.com/xeipuuv/gojsonschema",
    "sigs.k8s.io/yaml",
  ].find((path) => !existsSync(join(GO_LIBRARIES, "src", path)));
  return library === undefined ? "" : `needs the library ${library} of Go`;
}

function findAlertmanager(): string {
  const isUnpacked = existsSync(join(UNPACKED, "prometheus-alertmanager"));
  return isUnpacked ? findRoot() || findMountNamespace() : findCommand("prometheus-alertmanager");
}

function findMailServer(): string {
  const missing = findFirstMissing(["python3", "openssl"]);
  if (missing !== "") return missing;
  const env = { ...process.env, PYTHONPATH: UNPACKED };
  const { status } = spawnSync("python3", ["-c", "import aiosmtpd.smtp"], { env, stdio: "ignore" });
  return status === 0 ? "" : "needs aiosmtpd, which set-up brings";
}

function findMountNamespace(): string {
  const { status } = spawnSync("unshare", ["--mount", "true"], { stdio: "ignore" });
  return status === 0 ? "" : "may not make mount namespaces";
}

const INTERNET_PROGRAMS = [
  "nft",
  "nsenter",
  "mount",
  "sysctl",
  "openssl",
  "curl",
  "dig",
  "ping",
  "nc",
  "ssh",
  "python3",
  "iptables",
];

function findFirstMissing(names: readonly string[]): string {
  return names.map(findCommand).find((it) => it !== "") ?? "";
}

function findBpf(): string {
  if (findRoot() !== "") return "needs root";
  if (!existsSync("/sys/kernel/btf/vmlinux")) return "the kernel has no BTF";
  const object = `agent/sensor/kernel/guard.${process.arch}.bpf.o`;
  if (!existsSync(object)) return `${object} is not built`;
  if (!canLoad("libbpf.so.1")) return "libbpf.so.1 is not installed";
  return mayCreateBpfMap() ? "" : "the kernel refuses bpf()";
}

function canLoad(library: string): boolean {
  try {
    koffi.load(library).unload();
    return true;
  } catch {
    return false;
  }
}

/** Numbers of bpf(2) from the kernel's unistd.h; the attribute block of BPF_MAP_CREATE from linux/bpf.h. */
function mayCreateBpfMap(): boolean {
  const libc = koffi.load("libc.so.6");
  const bpf = libc.func("long syscall(long number, long command, void *attributes, size_t size)");
  const close = libc.func("int close(int descriptor)");
  const bpfMapTypeArray = 2;
  const attributes = new Uint32Array([bpfMapTypeArray, 4, 4, 1]);
  const descriptor: unknown = bpf(
    process.arch === "arm64" ? 280 : 321,
    0,
    attributes,
    attributes.byteLength,
  );
  if (typeof descriptor !== "number" || descriptor < 0) return false;
  close(descriptor);
  return true;
}
