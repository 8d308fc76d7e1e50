import type { Policy } from "../../protocol/index.ts";
import { parseDestinationPattern } from "../egress/destination-pattern.ts";
import type { PolicyDocument } from "./policy-document.ts";
import type { Problem } from "./problem.ts";

const MESSAGE =
  "egress.allow has host names, and names are matched through /etc/hosts alone in this release: what DNS resolves counts as a violation, so allow addresses and your resolver, such as 10.0.0.2:53/udp";

/** One warning at the first name: whoever builds names from DNS takes this file away. */
export function findNamesUnresolved({ egress }: Policy, document: PolicyDocument): Problem[] {
  const index = (egress?.allow ?? []).findIndex(isName);
  if (index === -1) return [];
  return [{ offset: document.offsetOf(["egress", "allow", index]), message: MESSAGE }];
}

function isName(entry: string): boolean {
  const parsed = parseDestinationPattern(entry);
  if ("problem" in parsed) return false;
  return parsed.value.host.type === "name" || parsed.value.host.type === "suffix";
}
