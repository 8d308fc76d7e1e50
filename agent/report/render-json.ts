import type { Report } from "../../protocol/report.ts";
import { escapeJson } from "./escape/escape-json.ts";
import { cutText } from "./model/text-allowance.ts";

/** Longer than anything that the report builder lets through: only a report from elsewhere is cut. */
const MAX_CHARACTERS = 65_536;

/**
 * The whole report, two spaces a level, ending in a line break; the bytes say the same in a terminal and to a parser.
 * In parts, one entry of a list each: a report of 100 MB is never in memory as one text.
 */
export function* renderJson(report: Report): Generator<string> {
  let separator = "{";
  for (const [name, value] of Object.entries(report)) {
    yield `${separator}\n  ${JSON.stringify(name)}: `;
    if (Array.isArray(value) && value.length > 0) yield* renderList(value);
    else yield toJson(value, "  ");
    separator = ",";
  }
  yield "\n}\n";
}

function* renderList(entries: readonly unknown[]): Generator<string> {
  let separator = "[";
  for (const entry of entries) {
    yield `${separator}\n    ${toJson(entry, "    ")}`;
    separator = ",";
  }
  yield "\n  ]";
}

/** Line breaks inside of strings are escaped, so that each one left begins a line that has to be moved in. */
function toJson(value: unknown, indentation: string): string {
  return escapeJson(toBounded(value)).replaceAll("\n", `\n${indentation}`);
}

/** To ask about each string takes twice as long as to write them, and none can be longer than what they are in. */
function toBounded(value: unknown): string {
  const json = JSON.stringify(value, undefined, 2);
  return json.length <= MAX_CHARACTERS ? json : JSON.stringify(value, boundString, 2);
}

function boundString(_name: string, value: unknown): unknown {
  return typeof value === "string" ? cutText(value, MAX_CHARACTERS) : value;
}
