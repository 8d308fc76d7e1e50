import type { Report } from "../../../protocol/index.ts";
import { AgentError } from "../../errors.ts";
import { suggestPolicy } from "./suggest-policy.ts";

/** What `policy suggest` makes of this one run; nothing where it talked to more than a policy should list. */
export function suggestForRun(report: Report): string | undefined {
  try {
    return suggestPolicy({ reports: [{ path: "this run", report }], mode: "block" });
  } catch (error) {
    if (error instanceof AgentError && error.code === "usage") return undefined;
    throw error;
  }
}
