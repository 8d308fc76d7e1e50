/** What a command line of docker, podman, nerdctl, ctr or buildah asks for: the options that reach out of the container. */

export interface ContainerRequest {
  /** As they stand there: `--privileged`, `--volume /:/host`. */
  readonly rights: readonly string[];
  readonly image: string | undefined;
}

/** Verbs that make a container, or change what one may do. */
const VERBS = new Set([
  "run",
  "create",
  "exec",
  "build",
  "bud",
  "c",
  "container",
  "containers",
  "compose",
]);

/** As good as root on the host: capabilities(7), and what each was used for to get out. */
const MIGHTY_CAPABILITIES = new Set([
  "ALL",
  "SYS_ADMIN",
  "SYS_PTRACE",
  "SYS_MODULE",
  "SYS_RAWIO",
  "DAC_READ_SEARCH",
  "BPF",
  "PERFMON",
  "NET_ADMIN",
]);
const NAMESPACE_OPTIONS = new Set([
  "--pid",
  "--userns",
  "--ipc",
  "--net",
  "--network",
  "--cgroupns",
  "--uts",
]);
/** Of the host's namespaces, these two are in use everywhere and lead nowhere by themselves. */
const HARMLESS_NAMESPACES = new Set(["--net", "--network", "--uts", "--userns"]);
const UNCONFINED =
  /^(?:(?:seccomp|apparmor|label|systempaths)[=:](?:unconfined|disable)|unmask[=:]all)$/i;
/** Options of one letter that take no value, so that others may follow in the same word. */
const SWITCH_LETTERS = /^-[ditPqT]+$/;
/** `-v/:/host` and `-itv /:/host` are the same as `-v /:/host`. */
const LETTER_AFTER_SWITCHES = /^-[ditPqT]*([a-zA-Z])=?(.*)$/s;
/** All devices, or disks by their numbers: whoever may make a node for one reads it (mknod(2)). */
const DISKS_BY_NUMBER = /^\s*[ab]\s/;
/** Whoever writes there is root soon; and the engine's socket, by whatever name it goes. */
const HOST_DIRECTORIES = new Set([
  "/",
  "/etc",
  "/root",
  "/proc",
  "/sys",
  "/dev",
  "/boot",
  "/usr",
  "/lib",
  "/var",
  "/var/run",
  "/run",
  "/var/lib",
  "/home",
  "/var/lib/docker",
  "/var/lib/kubelet",
  "/var/lib/containerd",
  "/etc/sudoers.d",
  "/etc/kubernetes",
  "/proc/1",
  "/proc/1/root",
]);
const ENGINE_SOCKET = /(?:docker|podman|containerd|crio|buildkitd)[^/]*\.sock$/;

/** Undefined where no container is asked for. */
export function readContainerRequest(args: readonly string[]): ContainerRequest | undefined {
  const verb = args.findIndex((arg, at) => at > 0 && VERBS.has(arg));
  if (verb < 0) return undefined;
  const rights: string[] = [];
  let image: string | undefined;
  for (let at = verb + 1; at < args.length; at += 1) {
    const { name, value, isSeparate } = readOption(args, at);
    if (name === undefined) {
      if (VERBS.has(args[at] ?? "")) continue;
      // Nothing else follows a volume's name but options; of a container its own command does.
      if (args[verb - 1] === "volume") continue;
      image = args[at];
      break;
    }
    const right = judge(name, value);
    if (right !== undefined) rights.push(right);
    if (isSeparate && takesValue(name)) at += 1;
  }
  return { rights, image };
}

interface Option {
  /** Undefined: it is none. */
  readonly name: string | undefined;
  readonly value: string;
  /** The value stands in the next argument, where the option takes one. */
  readonly isSeparate: boolean;
}

function readOption(args: readonly string[], at: number): Option {
  const arg = args[at] ?? "";
  if (!arg.startsWith("-") || arg === "-") return { name: undefined, value: "", isSeparate: false };
  const equals = arg.indexOf("=");
  if (arg.startsWith("--") && equals > 0) {
    return { name: arg.slice(0, equals), value: arg.slice(equals + 1), isSeparate: false };
  }
  const [, letter, attached = ""] = SWITCH_LETTERS.test(arg)
    ? []
    : (LETTER_AFTER_SWITCHES.exec(arg) ?? []);
  if (letter !== undefined && attached !== "") {
    return { name: `-${letter}`, value: attached, isSeparate: false };
  }
  if (letter !== undefined) {
    return { name: `-${letter}`, value: args[at + 1] ?? "", isSeparate: true };
  }
  return { name: arg, value: args[at + 1] ?? "", isSeparate: true };
}

function judge(name: string, value: string): string | undefined {
  switch (name) {
    case "--privileged":
      return value === "false" ? undefined : "--privileged";
    case "--cap-add":
      return value.split(",").some((one) => MIGHTY_CAPABILITIES.has(toCapability(one)))
        ? `--cap-add ${value}`
        : undefined;
    case "--security-opt":
      return UNCONFINED.test(value) ? `--security-opt ${value}` : undefined;
    case "-v":
    case "--volume":
      return isOfHost(value.split(":", 1)[0] ?? "") ? `--volume ${value}` : undefined;
    case "--mount":
      return readMountSources(value).some(isOfHost) ? `--mount ${value}` : undefined;
    // Of `volume create`: a volume of this kind is a mount by another name.
    case "-o":
    case "--opt":
      return isOfHost(/^device=(.*)$/s.exec(value)?.[1] ?? "") ? `--opt ${value}` : undefined;
    case "--device":
      return /^\/dev\/(?:mem|kmem|sd|nvme|vd|xvd|dm-|mapper|mmcblk|md\d|loop\d|disk(?:\/|$)|block(?:\/|$))/.test(
        normalise(value),
      )
        ? `--device ${value}`
        : undefined;
    case "--device-cgroup-rule":
      return DISKS_BY_NUMBER.test(value) ? `--device-cgroup-rule ${value}` : undefined;
    // Of `buildx build`: what the file's RUN lines may do.
    case "--allow":
      return value.includes("security.insecure") ? `--allow ${value}` : undefined;
    default:
      return NAMESPACE_OPTIONS.has(name) && value === "host" && !HARMLESS_NAMESPACES.has(name)
        ? `${name} host`
        : undefined;
  }
}

/** A line of CSV, whose fields may be quoted: `"type=bind","src=/"`. */
function readMountSources(value: string): string[] {
  return value
    .replaceAll('"', "")
    .split(",")
    .flatMap((field) => /^(?:src|source|volume-opt=device)=(.*)$/is.exec(field)?.[1] ?? []);
}

function toCapability(name: string): string {
  return name.toUpperCase().replace(/^CAP_/, "");
}

function isOfHost(source: string): boolean {
  if (!source.startsWith("/")) return false;
  const path = normalise(source);
  return HOST_DIRECTORIES.has(path) || ENGINE_SOCKET.test(path);
}

/** `//`, `/./`, `/x/..` and a slash at the end say nothing. */
function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** Those that take none; of all others the next argument is the value. */
const SWITCHES = new Set([
  "--privileged",
  "--rm",
  "--detach",
  "--interactive",
  "--tty",
  "--init",
  "--read-only",
  "--publish-all",
  "--no-healthcheck",
  "--oom-kill-disable",
  "--sig-proxy",
  "--quiet",
  "--no-cache",
  "--pull-always",
  "--squash",
  "--help",
  "--tls",
  "--replace",
  "--tlsverify",
  "--disable-content-trust",
  "--null-io",
  "--net-host",
  "--rmi",
]);

function takesValue(name: string): boolean {
  return !SWITCHES.has(name) && !SWITCH_LETTERS.test(name);
}
