import type { Report } from "../../../protocol/index.ts";
import { AgentError } from "../../errors.ts";
import { suggestPolicy } from "./suggest-policy.ts";

/** What `policy suggest` makes of this one run; nothing where it talked to more than a policy should list, or says what no guard says. */
export function suggestForRun(report: Report): string | undefined {
  try {
    return suggestPolicy({ reports: [{ path: "this run", report }], mode: "block" });
  } catch (error) {
    if (error instanceof AgentError) return undefined;
    throw error;
  }
}
