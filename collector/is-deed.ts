import type { SeenRequest } from "./journal.ts";

/** What agents write comes by the thousand, and is told as what became of their runs. */
const OF_AGENTS = /^\/v1\/runs(?:\/[^/]+\/(?:batches|finish|commands\/\d+))?$/;

/** Whether an operator changed something. */
export function isDeed({ method = "", url = "" }: SeenRequest): boolean {
  if (method === "GET" || method === "HEAD") return false;
  const [path = ""] = url.split("?", 1);
  return !OF_AGENTS.test(path) && path !== "/v1/session";
}
