import type { Descriptor } from "../../../protocol/index.ts";
import type { ExecObservation, Microseconds } from "../../observation.ts";
import type { RecordView } from "./record-view.ts";

const FLAG = {
  argsTruncated: 1,
  deleted: 2,
  memfd: 4,
  environmentTruncated: 8,
  argsUnreadable: 16,
  reverseShell: 32,
} as const;
const DESCRIPTORS_OFFSET = 56;
const DESCRIPTOR_SIZE = 16;
const LENGTHS_OFFSET = 104;
const STRINGS_OFFSET = 120;
const DESCRIPTOR_TYPES: Record<number, Descriptor["type"]> = {
  0o010000: "pipe",
  0o020000: "device",
  0o060000: "device",
  0o100000: "file",
  0o140000: "socket",
};
const FILE_TYPE_MASK = 0o170000;
const CHARACTER_DEVICE = 0o020000;
const SOCKET = 0o140000;
const FAMILY_MASK = 0xffff;
const SOCKET_CONNECTED = 0x1_0000;
/** include/linux/socket.h */
const FAMILIES: Record<number, Descriptor["family"]> = { 1: "unix", 2: "ipv4", 10: "ipv6" };

interface ExecContext {
  readonly watchedEnvironment: ReadonlySet<string>;
  readonly cgroupPath: (id: number) => string | undefined;
}

export function decodeExec(
  view: RecordView,
  at: Microseconds,
  context: ExecContext,
): ExecObservation {
  const flags = view.flags;
  const [executable, directory, script, args, environment] = readStrings(view);
  const cgroup = context.cgroupPath(view.u64(32));
  return {
    kind: "exec",
    at,
    process: view.process,
    parent: { pid: view.u32(40), startTicks: view.u64(24) },
    executable,
    args: splitStrings(args),
    argsTruncated: (flags & (FLAG.argsTruncated | FLAG.argsUnreadable)) !== 0,
    ...(script === "" ? {} : { script }),
    workingDirectory: directory === "" ? null : directory,
    userId: view.u32(44),
    groupId: view.u32(48),
    image: toImage(flags),
    ...(cgroup === undefined ? {} : { cgroup }),
    stdin: readDescriptor(view, 0),
    stdout: readDescriptor(view, 1),
    stderr: readDescriptor(view, 2),
    environment: keepWatched(splitStrings(environment), context.watchedEnvironment),
    ...((flags & FLAG.environmentTruncated) === 0 ? {} : { environmentTruncated: true }),
    origin: "live",
    ...view.killed,
    ...((flags & FLAG.reverseShell) === 0 ? {} : { isReverseShell: true }),
  };
}

function readStrings(view: RecordView): [string, string, string, string, string] {
  let at = STRINGS_OFFSET;
  const take = (index: number): string => {
    const length = view.u16(LENGTHS_OFFSET + index * 2);
    const text = view.text(at, length);
    at += length;
    return text;
  };
  return [take(0), take(1), take(2), take(3), take(4)];
}

/** Strings with a NUL after each; the last may have lost its own where the kernel cut it off. */
function splitStrings(text: string): string[] {
  if (text === "") return [];
  return (text.endsWith("\0") ? text.slice(0, -1) : text).split("\0");
}

function toImage(flags: number): ExecObservation["image"] {
  if ((flags & FLAG.memfd) !== 0) return "memfd";
  return (flags & FLAG.deleted) !== 0 ? "deleted" : "file";
}

function readDescriptor(view: RecordView, index: number): Descriptor {
  const offset = DESCRIPTORS_OFFSET + index * DESCRIPTOR_SIZE;
  const mode = view.u32(offset);
  if (mode === 0) return { type: "closed" };
  const type = mode & FILE_TYPE_MASK;
  const device = view.u32(offset + 4);
  return {
    type:
      type === CHARACTER_DEVICE && isTerminal(device)
        ? "terminal"
        : (DESCRIPTOR_TYPES[type] ?? "other"),
    inode: view.u64(offset + 8),
    ...(type === SOCKET && toSocket(device)),
  };
}

/** A socket has no device; the kernel's side writes what it speaks in its place. */
function toSocket(device: number): Pick<Descriptor, "family" | "connected"> {
  return {
    family: FAMILIES[device & FAMILY_MASK] ?? "other",
    connected: (device & SOCKET_CONNECTED) !== 0,
  };
}

/** Kernel device numbers are major << 20 | minor. Majors of terminals: Documentation/admin-guide/devices.txt. */
function isTerminal(device: number): boolean {
  const major = device >>> 20;
  const minor = device & 0xf_ffff;
  if (major === 4) return minor > 0;
  if (major === 5) return minor <= 1;
  return major >= 136 && major <= 143;
}

function keepWatched(
  variables: readonly string[],
  watched: ReadonlySet<string>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const variable of variables) {
    const equals = variable.indexOf("=");
    const name = variable.slice(0, equals);
    // ld.so and getenv() take the first of several.
    if (equals > 0 && watched.has(name)) kept[name] ??= variable.slice(equals + 1);
  }
  return kept;
}
