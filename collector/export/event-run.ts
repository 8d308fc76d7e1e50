import type { StoredRun } from "../stores/event-store.ts";

/** What an event is told with: whose run it is of. */
export type EventRun = Pick<StoredRun, "id" | "tenant" | "guardRunId" | "version" | "ci">;
