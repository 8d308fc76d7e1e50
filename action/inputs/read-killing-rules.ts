import { COLLECTOR_RULE_IDS, RULE_IDS } from "../../protocol/rule-ids.ts";
import { type InputReader, quote } from "./input-reader.ts";

const NAME = "lockdown";

/** Rules of which the first finding ends the job. */
export function readKillingRules(reader: InputReader): readonly string[] {
  const known = new Set(RULE_IDS.filter((id) => !COLLECTOR_RULE_IDS.includes(id)));
  const words = [...new Set(reader.words(NAME))];
  for (const word of words.filter((one) => !known.has(one))) {
    reader.refuse(
      NAME,
      COLLECTOR_RULE_IDS.includes(word)
        ? `${quote(word)} is decided by a collector, and ends nothing here`
        : `${quote(word)} is no rule: docs/rules lists them, such as reverse-shell or runner-memory-read`,
    );
  }
  return words.filter((word) => known.has(word));
}
