/**
 * Which file a change is of, by whatever name it was called. The kernel says where an opened file lies; calls that name a path
 * (rename, link) are told by that name, which may lead through links that the run made, or through /proc.
 */
import { posix } from "node:path";

import type { FileObservation } from "../../observation.ts";
import type { Actor } from "./actor.ts";
import type { LiveProcesses } from "./live-processes.ts";

export interface TruePaths {
  note(seen: FileObservation): void;
  /** The path itself for nearly all. */
  of(seen: FileObservation, actor: Actor): string;
  readonly size: number;
}

export interface TruePathsOptions {
  /** Links of this run, some 300 bytes each; the oldest go first. */
  readonly maxLinks: number;
  readonly live: Pick<LiveProcesses, "descriptor">;
}

/** Links to links to links: the kernel follows forty. */
const MAX_HOPS = 16;
const OF_PROCESS = /^\/proc\/(?:self|thread-self|\d+)(?:\/task\/\d+)?\/(root|cwd|fd\/\d+)(\/.*|$)/;

export function createTruePaths({ maxLinks, live }: TruePathsOptions): TruePaths {
  /** Symbolic and hard ones alike, with what they lead to. */
  const links = new Map<string, string>();
  const put = (path: string, target: string): void => {
    links.delete(path);
    if (links.size >= maxLinks) {
      const oldest = links.keys().next();
      if (!oldest.done) links.delete(oldest.value);
    }
    links.set(path, target);
  };
  const withoutLinks = (path: string): string => {
    let at = path;
    for (let hop = 0; links.size > 0 && hop < MAX_HOPS; hop += 1) {
      const next = throughLink(at, links);
      if (next === undefined) return at;
      at = next;
    }
    return at;
  };
  return {
    get size() {
      return links.size;
    },
    note({ path, operation, originalPath }) {
      if (operation === "create" && originalPath !== undefined) {
        // A name by way of another link is no other file.
        return put(path, withoutLinks(originalPath));
      }
      if (links.size === 0) return;
      const moved = originalPath === undefined ? undefined : links.get(originalPath);
      if (operation === "delete" || operation === "rename") links.delete(path);
      if (originalPath === undefined || moved === undefined) return;
      links.delete(originalPath);
      put(path, moved);
    },
    of({ path, originalPath }, actor) {
      // One that was opened: only another name of the same file is left, a hard link.
      if (originalPath === undefined && !path.startsWith("/proc/")) {
        return links.size === 0 ? path : (links.get(path) ?? path);
      }
      return withoutLinks(path.startsWith("/proc/") ? withoutProcess(path, actor, live) : path);
    },
  };
}

/** What the name itself leads to is not asked: a rename puts another file in its place. */
function throughLink(path: string, links: ReadonlyMap<string, string>): string | undefined {
  for (let end = path.indexOf("/", 1); end !== -1; end = path.indexOf("/", end + 1)) {
    const target = links.get(path.slice(0, end));
    if (target !== undefined) return posix.normalize(`${target}${path.slice(end)}`);
  }
  return undefined;
}

function withoutProcess(path: string, actor: Actor, live: TruePathsOptions["live"]): string {
  let at = path;
  for (let hop = 0; hop < MAX_HOPS; hop += 1) {
    const [, way = "", rest = ""] = OF_PROCESS.exec(at) ?? [];
    if (way === "") return at;
    at = posix.normalize(`${toPlace(way, actor, live)}${rest}`);
  }
  return at;
}

function toPlace(way: string, actor: Actor, live: TruePathsOptions["live"]): string {
  if (way === "root") return "";
  if (way === "cwd") return actor.program?.workingDirectory ?? "";
  return live.descriptor(actor.ref.pid, Number(way.slice("fd/".length))) ?? "";
}
