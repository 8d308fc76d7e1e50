/** Where the action keeps the guard that it starts, and where it finds one. */
import { join } from "node:path";

export interface Places {
  /** Where the guard's own copy may lie, the first that takes it; empty: it runs from where it is. */
  readonly programs: readonly string[];
  /** Policy and log of one job. */
  readonly folder: string;
  /** The control socket, `ready` and the report. */
  readonly state: string;
}

/**
 * Only root can make anything in these, so nobody else can pass for root's guard there. Programs do not lie below /run first:
 * it may be mounted noexec, from where no library can be loaded.
 */
export const ROOT_PLACES: Places = {
  programs: ["/var/lib/runner-guard-action", "/run/runner-guard-action/program"],
  folder: "/run/runner-guard-action",
  state: "/run/runner-guard",
};

/** Without root everything is the job's own user's. Not below RUNNER_TEMP: the path of a socket may have 107 bytes. */
export function toUserPlaces(userId: number): Places {
  return {
    programs: [],
    folder: `/tmp/runner-guard-action-${userId}`,
    state: `/tmp/runner-guard-${userId}`,
  };
}

/** A sidecar's is expected there too: it is what both ends see. */
export function toReportPath(state: string): string {
  return join(state, "report.json");
}

export function toSocketPath(state: string): string {
  return join(state, "control.sock");
}

export function toReadyPath(state: string): string {
  return join(state, "ready");
}

export function toLogPath(folder: string): string {
  return join(folder, "guard.log");
}
