import type { BuiltInSet } from "../../../protocol/primitives.ts";
import type { Report } from "../../../protocol/report.ts";
import type { ReportLimits } from "../report-limits.ts";
import { cutText } from "./text-allowance.ts";

type Enforcement = NonNullable<Report["enforcement"]>;

/** The sets are the guard's own: a handful, and more would be a mistake. */
const MAX_SETS = 64;

/** A process has 64 at most: they are bits of two words (linux/capability.h). */
const MAX_CAPABILITIES = 64;

export function toBoundedEnforcement(
  { reason, builtIn, withheld, ...counts }: Enforcement,
  { text }: ReportLimits,
): Enforcement {
  return {
    ...counts,
    ...(reason !== undefined && { reason: cutText(reason, text.characters) }),
    ...(withheld && {
      withheld: withheld.slice(0, MAX_CAPABILITIES).map((name) => cutText(name, text.characters)),
    }),
    builtIn: builtIn.slice(0, MAX_SETS).map((set) => toBoundedSet(set, text)),
  };
}

function toBoundedSet(
  { id, asOf, reason, destinations }: BuiltInSet,
  { characters, members }: ReportLimits["text"],
): BuiltInSet {
  return {
    id: cutText(id, characters),
    asOf,
    reason: cutText(reason, characters),
    destinations: destinations.slice(0, members).map((entry) => cutText(entry, characters)),
  };
}
