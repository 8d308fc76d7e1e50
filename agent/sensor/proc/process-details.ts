/** What a process runs and how it was started: a dozen small files under /proc/PID, read only for processes that are new. */
import type { Descriptor } from "../../../protocol/index.ts";
import type { ExecObservation } from "../../observation.ts";
import { readDirectory, readFile, readLink } from "./proc-file.ts";
import type { LinkRead } from "./proc-file.ts";
import { parseArgs } from "./process-args.ts";
import type { ArgumentBounds, ProcessArgs } from "./process-args.ts";
import { parseCgroup } from "./process-cgroup.ts";
import { toDescriptor } from "./process-descriptor.ts";
import type { EnvironmentFilter } from "./process-environment.ts";
import { toProcessImage } from "./process-image.ts";
import type { ProcessImage } from "./process-image.ts";
import { parseProcessOwner } from "./process-owner.ts";
import type { ProcessStat } from "./process-stat.ts";

export type ProcessDetails = Omit<
  ExecObservation,
  "kind" | "at" | "process" | "parent" | "origin" | "script"
> & {
  readonly namespacePids: readonly number[];
  /** The text of /proc/PID/ns/net, such as `net:[4026531840]`. */
  readonly networkNamespace: string | undefined;
  /** We lack the right to see this process's links and environment. */
  readonly isUnreadable: boolean;
};

export interface DetailsOptions {
  readonly root: string;
  readonly bounds: ArgumentBounds;
  readonly filterEnvironment: EnvironmentFilter;
  /** Holds one file at a time; also the bound on how much of an environment is looked through. */
  readonly scratch: Buffer;
}

/** Undefined when the process has gone before its owner could be read. What goes missing after that is left out. */
export function readProcessDetails(
  stat: ProcessStat,
  options: DetailsOptions,
): ProcessDetails | undefined {
  const directory = liveDirectory(stat, options.root);
  const status = readFile(`${directory}/status`, options.scratch);
  const owner = status.status === "read" ? parseProcessOwner(status.bytes) : undefined;
  if (owner === undefined) return undefined;
  const link = readLink(`${directory}/exe`);
  const program = readArgs(directory, options);
  const cwd = readLink(`${directory}/cwd`);
  return {
    ...program,
    ...toImageOrGuess(link, program.args, stat.comm),
    ...owner,
    ...readStandardStreams(directory),
    ...readCgroup(directory, options.scratch),
    workingDirectory: cwd.status === "read" ? cwd.target : null,
    environment: readEnvironment(directory, options),
    networkNamespace: readText(`${directory}/ns/net`),
    isUnreadable: link.status === "unreadable",
  };
}

export function readArgs(directory: string, { bounds, scratch }: DetailsOptions): ProcessArgs {
  const read = readFile(`${directory}/cmdline`, scratch.subarray(0, bounds.maxArgBytes + 1));
  return read.status === "read"
    ? parseArgs(read.bytes, bounds)
    : { args: [], argsTruncated: false };
}

/** A process whose first thread has ended shows what it runs under its other threads alone. */
export function liveDirectory(stat: ProcessStat, root: string): string {
  const directory = `${root}/${stat.pid}`;
  if (!stat.lostItsLeader) return directory;
  const tasks = readDirectory(`${directory}/task`);
  const threads = tasks.status === "read" ? tasks.names : [];
  const live = threads.find(
    (thread) => readLink(`${directory}/task/${thread}/exe`).status === "read",
  );
  return live === undefined ? directory : `${directory}/task/${live}`;
}

/** Without the link, what the process says of itself has to do: its first argument, or else its name. */
function toImageOrGuess(link: LinkRead, args: readonly string[], comm: string): ProcessImage {
  if (link.status === "read") return toProcessImage(link.target);
  const [first = ""] = args;
  return { executable: first.startsWith("/") ? first : comm, image: "file" };
}

function readEnvironment(
  directory: string,
  { filterEnvironment, scratch }: DetailsOptions,
): Readonly<Record<string, string>> {
  const read = readFile(`${directory}/environ`, scratch);
  if (read.status !== "read") return {};
  const kept = filterEnvironment(read.bytes);
  // The rest may be secrets, and this buffer lives as long as the guard.
  read.bytes.fill(0);
  return kept;
}

function readStandardStreams(directory: string): {
  stdin?: Descriptor;
  stdout?: Descriptor;
  stderr?: Descriptor;
} {
  const stdin = readDescriptor(`${directory}/fd/0`);
  const stdout = readDescriptor(`${directory}/fd/1`);
  const stderr = readDescriptor(`${directory}/fd/2`);
  return {
    ...(stdin && { stdin }),
    ...(stdout && { stdout }),
    ...(stderr && { stderr }),
  };
}

/** A process that has gone has the same missing links as one with a closed descriptor; neither can do harm by it. */
function readDescriptor(path: string): Descriptor | undefined {
  const link = readLink(path);
  if (link.status === "unreadable") return undefined;
  return link.status === "gone" ? { type: "closed" } : toDescriptor(link.target);
}

function readCgroup(directory: string, scratch: Buffer): { cgroup?: string } {
  const read = readFile(`${directory}/cgroup`, scratch);
  const cgroup = read.status === "read" ? parseCgroup(read.bytes) : undefined;
  return cgroup === undefined ? {} : { cgroup };
}

function readText(path: string): string | undefined {
  const link = readLink(path);
  return link.status === "read" ? link.target : undefined;
}
