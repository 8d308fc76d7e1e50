import type { NewRun } from "../../event-store.ts";

/** Runs of one job share it, whatever happens in them. A record as JSON: no part can be mistaken for another. */
export function toJobKey({ tenant, ci }: Pick<NewRun, "tenant" | "ci">): string {
  return JSON.stringify([tenant, ci?.provider, ci?.repository, ci?.workflow, ci?.job]);
}
