import type { Report } from "../../protocol/report.ts";
import { escapeJson } from "./escape/escape-json.ts";
import { cutText } from "./model/text-allowance.ts";

/** Longer than anything that the report builder lets through: only a report from elsewhere is cut. */
const maxCharacters = 65_536;

/** The whole report, two spaces a level, ending in a line break; the bytes say the same in a terminal and to a parser. */
export function renderJson(report: Report): string {
  return `${escapeJson(JSON.stringify(report, boundString, 2))}\n`;
}

function boundString(_name: string, value: unknown): unknown {
  return typeof value === "string" ? cutText(value, maxCharacters) : value;
}
