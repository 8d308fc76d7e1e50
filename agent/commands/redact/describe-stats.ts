import type { RedactionCounts } from "../../redact/redaction.ts";
import { toCounted, toList } from "./counted.ts";
import type { ObservedLog } from "./observed-log.ts";

type Observed = Pick<ObservedLog, "lines" | "bytes" | "total" | "byRule" | "byEncoding">;

/** What `--stats` says when all is done. */
export function describeStats(observed: Observed, counts: RedactionCounts): string {
  const { lines, bytes, total, byRule, byEncoding } = observed;
  const { values, refusedValues, notDecoded } = counts;
  return [
    `${toCounted(lines, "line")}, ${toCounted(bytes, "byte")}`,
    `${toCounted(total, "secret")}${total === 0 ? "" : `: ${toList(byRule)}`}`,
    ...(byEncoding.size === 0 ? [] : [`encodings: ${toList(byEncoding)}`]),
    `${toCounted(values, "known value")}, ${refusedValues.toLocaleString("en")} refused`,
    ...(notDecoded === 0 ? [] : [`${toCounted(notDecoded, "encoded run")} not looked into`]),
  ].join("\n");
}
