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
const MAX_NAMED = 3;

export function readEndpoints(reader: InputReader): Endpoints {
  const allow = new Set<string>();
  const commented: string[] = [];
  const lines = reader.text(NAME).split(/\r?\n/);
  // A folded text has one: where its comments were to end nobody knows any more.
  const isFolded = lines.length === 1;
  for (const [index, line] of lines.entries()) {
    const at = line.search(/(?:^|\s)#/);
    const written = at === -1 ? line : line.slice(0, at);
    const behind = at === -1 ? [] : toWords(line.slice(at)).filter(isDestination);
    commented.push(...behind);
    for (const word of [...toWords(written), ...(isFolded ? behind : [])]) {
      const parsed = parseDestinationPattern(word);
      if ("problem" in parsed) {
        reader.refuse(NAME, `line ${index + 1}: ${quote(word)} ${parsed.problem}`);
      } else allow.add(word);
    }
  }
  if (allow.size > MAX_ENTRIES) {
    reader.refuse(NAME, `lists ${allow.size} destinations, and ${MAX_ENTRIES} are the most`);
  }
  return { allow: [...allow], remarks: toRemarks(commented, isFolded) };
}

function toWords(text: string): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== "");
}

/** A word of a comment is hardly ever one with a port. */
function isDestination(word: string): boolean {
  return /:\d+$/.test(word) && "value" in parseDestinationPattern(word);
}

function toRemarks(commented: readonly string[], isFolded: boolean): string[] {
  if (commented.length === 0) return [];
  const named = commented.slice(0, MAX_NAMED).map(quote).join(", ");
  const rest = commented.length > MAX_NAMED ? ` and ${commented.length - MAX_NAMED} more` : "";
  return [
    isFolded
      ? `${NAME}: # begins no comment in a folded text (>): ${named}${rest} behind it are allowed. Write | for a text with comments.`
      : `${NAME}: behind # is a comment: ${named}${rest} are not allowed.`,
  ];
}
