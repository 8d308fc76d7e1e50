import { join } from "node:path";

import { AgentError } from "../errors.ts";
import { parseCapabilitySets } from "./capabilities.ts";
import type { CapabilitySets } from "./capabilities.ts";
import type { Places } from "./places.ts";
import { readText } from "./read-text.ts";

/** What the kernel grants this very process. */
export interface OwnProcess {
  /** In the pid namespace that /proc shows. */
  readonly pid: number;
  readonly userId: number;
  readonly capabilities: CapabilitySets;
  /** Set: a program with file capabilities starts without them (allowPrivilegeEscalation: false sets it). */
  readonly noNewPrivileges: boolean;
  readonly seccomp: "off" | "strict" | "filter" | "unknown";
  /** Null: without limit. */
  readonly memlockBytes: number | null;
}

/** @throws AgentError where /proc does not show this process: nothing could be told then. */
export function readOwnProcess(places: Places): OwnProcess {
  const statusPath = join(places.proc, "self/status");
  const status = readText(statusPath);
  if (status === null) {
    throw new AgentError(
      "sensor-unavailable",
      `Cannot read ${statusPath}, which says what this process may do: mount proc at ${places.proc}.`,
    );
  }
  return {
    pid: Number(fieldOf(status, "Pid") ?? 0),
    userId: Number(fieldOf(status, "Uid")?.split("\t")[1] ?? 0),
    capabilities: parseCapabilitySets(status),
    noNewPrivileges: fieldOf(status, "NoNewPrivs") === "1",
    seccomp: toSeccomp(fieldOf(status, "Seccomp")),
    memlockBytes: parseMemlock(readText(join(places.proc, "self/limits")) ?? ""),
  };
}

function fieldOf(status: string, name: string): string | undefined {
  return new RegExp(`^${name}:\\t(.*)$`, "m").exec(status)?.[1];
}

function toSeccomp(mode: string | undefined): OwnProcess["seccomp"] {
  if (mode === "0") return "off";
  if (mode === "1") return "strict";
  return mode === "2" ? "filter" : "unknown";
}

/** The soft limit, which is the one that counts. A limit that cannot be read is taken as none given. */
function parseMemlock(limits: string): number | null {
  const soft = /^Max locked memory\s+(\d+|unlimited)/m.exec(limits)?.[1] ?? "0";
  return soft === "unlimited" ? null : Number(soft);
}
