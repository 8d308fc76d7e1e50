/** What is told between the tables, a sentence a line. */
import { toCodeSpan, toProse } from "../escape/escape-markdown.ts";
import type { CollectorWords } from "../summary/collector-words.ts";
import type { EnforcementWords } from "../summary/enforcement-words.ts";
import { formatCount } from "../summary/formats.ts";
import type { LockdownWords } from "../summary/lockdown-words.ts";
import type { MissingEntry } from "../summary/missing-entries.ts";
import type { PostureWords } from "../summary/posture-words.ts";

/** Reasons and losses have a handful of names; more would be a mistake or an attack. */
const MAX_SENTENCES = 20;
/** The terminal sends here for what it has no room for. */
const MAX_ENTRIES = 50;

export function toSentences(sentences: readonly string[], mark: "- " | "- ⚠️ "): string {
  return sentences
    .slice(0, MAX_SENTENCES)
    .map((sentence) => `${mark}${toProse(sentence)}\n`)
    .join("");
}

export function toLossList(losses: readonly string[]): string {
  return losses.length === 0 ? "" : `\n${toSentences(losses, "- ⚠️ ")}`;
}

/** What to add to policy where what was forbidden belongs to the job. */
export function toAdvice(entries: readonly MissingEntry[]): string {
  if (entries.length === 0) return "";
  const shown = entries.slice(0, MAX_ENTRIES).map(toEntryProse).join(", ");
  const more = entries.length - MAX_ENTRIES;
  const others = more > 0 ? `, and ${formatCount(more)} more in the JSON report` : "";
  return `\nTo allow what the job needs, add to ${toCodeSpan("egress.allow")}: ${shown}${others}\n`;
}

function toEntryProse({ entry, isPortAssumed }: MissingEntry): string {
  return isPortAssumed ? `${toCodeSpan(entry)} (port assumed)` : toCodeSpan(entry);
}

export function toEnforcementList(words: EnforcementWords | null): string {
  if (words === null) return "";
  const { means, refused, reason, withheld, builtIn, unanswered, tampering } = words;
  return [
    "\n### Enforcement\n\n",
    toSentences([`${means}: ${refused}`, reason, builtIn].filter(isSaid), "- "),
    withheld === undefined ? "" : `- ${toCodeSpan(withheld)}\n`,
    toSentences([unanswered, tampering].filter(isSaid), "- ⚠️ "),
  ].join("");
}

function isSaid(sentence: string | undefined) {
  return sentence !== undefined;
}

export function toPostureList(words: PostureWords | null): string {
  if (words === null) return "";
  const { outcome, isGrave, advice } = words;
  return `\n### Posture\n\n${toSentences([outcome], isGrave ? "- ⚠️ " : "- ")}${toSentences([advice], "- ")}`;
}

export function toCollectorList(words: CollectorWords | null): string {
  if (words === null) return "";
  const { outcome, isDelivered, details } = words;
  return `\n### Collector\n\n${toSentences([outcome], isDelivered ? "- " : "- ⚠️ ")}${toSentences(details, "- ")}`;
}

export function toLockdownList(words: LockdownWords | null): string {
  if (words === null) return "";
  const { outcome, isHeld, reasons, tried } = words;
  return [
    "\n### Lockdown\n\n",
    toSentences([outcome], isHeld ? "- " : "- ⚠️ "),
    toSentences(reasons, "- "),
    toSentences([tried].filter(isSaid), "- ⚠️ "),
  ].join("");
}
