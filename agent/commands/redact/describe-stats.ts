import type { RedactionCounts } from "../../redact/redaction.ts";
import type { ObservedLog } from "./observed-log.ts";
import { toCounted, toCountedList } from "./to-counted.ts";

type Observed = Pick<ObservedLog, "lines" | "bytes" | "total" | "byRule" | "byEncoding">;

/** What `--stats` says when all is done. */
export function describeStats(observed: Observed, counts: RedactionCounts): string {
  const { lines, bytes, total, byRule, byEncoding } = observed;
  const { values, refusedValues, notDecoded } = counts;
  return [
    `${toCounted(lines, "line")}, ${toCounted(bytes, "byte")}`,
    `${toCounted(total, "secret")}${total === 0 ? "" : `: ${toCountedList(byRule)}`}`,
    ...(byEncoding.size === 0 ? [] : [`encodings: ${toCountedList(byEncoding)}`]),
    `${toCounted(values, "known value")}, ${refusedValues.toLocaleString("en")} refused`,
    ...(notDecoded === 0 ? [] : [`${toCounted(notDecoded, "encoded run")} not looked into`]),
  ].join("\n");
}
