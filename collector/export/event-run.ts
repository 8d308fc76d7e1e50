import type { StoredRun } from "../stores/event-store.ts";

/** What an event is told with: whose run it is of. */
export type EventRun = Pick<StoredRun, "id" | "tenant" | "guardRunId" | "version" | "ci">;

const MAX_PID = 4_194_304;

/** An id of a process begins with its pid. */
export function toPid(processId: string): number | undefined {
  const pid = Number.parseInt(processId, 10);
  return pid > 0 && pid <= MAX_PID ? pid : undefined;
}

/** Without what is undefined. */
export function toDefined(members: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
