import type { Report } from "../../../protocol/index.ts";
import type { ReportedConnection } from "../replay/replay-egress.ts";

const GRAVE: ReadonlySet<string> = new Set(["high", "critical"]);

/** The rule whose grave finding speaks of a connection: same process, and its evidence names the host. */
export type FindAccuser = (connection: ReportedConnection) => string | undefined;

export function createFindAccuser({ findings }: Pick<Report, "findings">): FindAccuser {
  const rules = new Map<string, string>();
  for (const { rule, severity, processId, evidence } of findings) {
    if (!GRAVE.has(severity)) continue;
    for (const value of Object.values(evidence)) {
      if (typeof value === "string") rules.set(`${processId}\0${value}`, rule.id);
    }
  }
  return ({ processId, destination: { ip, domain } }) =>
    rules.get(`${processId}\0${domain ?? ""}`) ?? rules.get(`${processId}\0${ip ?? ""}`);
}
