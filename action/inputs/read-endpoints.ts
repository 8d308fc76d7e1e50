/** `allowed-endpoints`, as harden-runner takes it: `host:port` with white space between them, 443 where no port is named. */
import { parseDestinationPattern } from "../../agent/egress/destination-pattern.ts";
import { type InputReader, quote } from "./input-reader.ts";

export interface Endpoints {
  readonly allow: readonly string[];
  /** What is taken in another way than it may be meant. */
  readonly remarks: readonly string[];
}

/** Of a policy. */
const MAX_ENTRIES = 10_000;
const NAME = "allowed-endpoints";

export function readEndpoints(reader: InputReader): Endpoints {
  const allow = new Set<string>();
  const passedOver: string[] = [];
  for (const [index, line] of reader.text(NAME).split(/\r?\n/).entries()) {
    const at = line.search(/(?:^|\s)#/);
    const written = at === -1 ? line : line.slice(0, at);
    passedOver.push(...toWords(at === -1 ? "" : line.slice(at)).filter(isDestination));
    for (const word of toWords(written)) {
      const parsed = parseDestinationPattern(word);
      if ("problem" in parsed) {
        reader.refuse(NAME, `line ${index + 1}: ${quote(word)} ${parsed.problem}`);
      } else allow.add(word);
    }
  }
  if (allow.size > MAX_ENTRIES) {
    reader.refuse(NAME, `lists ${allow.size} destinations, and ${MAX_ENTRIES} are the most`);
  }
  return { allow: [...allow], remarks: toRemarks(passedOver) };
}

function toWords(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

/** A word of a comment is hardly ever one with a port. */
function isDestination(word: string): boolean {
  return /:\d+$/.test(word) && "value" in parseDestinationPattern(word);
}

function toRemarks(passedOver: readonly string[]): string[] {
  if (passedOver.length === 0) return [];
  const named = passedOver.slice(0, 3).map(quote).join(", ");
  return [
    `${NAME}: what stands behind # in a line is a comment, ${named} too; in a folded text (>) that is all that follows`,
  ];
}
