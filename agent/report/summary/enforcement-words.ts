import type { Report } from "../../../protocol/report.ts";
import { formatCount, pluralise } from "./formats.ts";
import { toMeansWords } from "./headline.ts";
import type { ProcessIndex } from "./process-index.ts";
import type { Unanswered } from "./unanswered.ts";

/** What was between the job and the network, a sentence each. Text may be hostile, unescaped. */
export interface EnforcementWords {
  readonly means: string;
  readonly refused: string;
  readonly reason: string | undefined;
  /** Rights that the command did not get. */
  readonly withheld: string | undefined;
  /** What the guard allowed of itself. */
  readonly builtIn: string | undefined;
  /** Names that nobody answered for. */
  readonly unanswered: string | undefined;
  readonly tampering: string | undefined;
}

/** Null where nothing was to be in force, and nothing is to be said of it. */
export function toEnforcementWords(
  report: Report,
  { index, unanswered }: { readonly index: ProcessIndex; readonly unanswered: Unanswered | null },
): EnforcementWords | null {
  const { enforcement } = report;
  if (enforcement === undefined) return null;
  const { mechanism, reason, builtIn, withheld = [], packetsRefused, namesRefused } = enforcement;
  const isSilent = reason === undefined && builtIn.length === 0 && withheld.length === 0;
  if (mechanism === "none" && isSilent) return null;
  return {
    means: toMeansWords(enforcement) || "none",
    refused: [
      `${formatCount(packetsRefused)} ${pluralise("packet", packetsRefused)}`,
      `${formatCount(namesRefused)} DNS ${pluralise("query", namesRefused)} refused`,
    ].join(" and "),
    reason,
    withheld: toWithheldWords(withheld),
    builtIn: toBuiltInWords(builtIn),
    unanswered: unanswered?.names,
    tampering: toTamperingWords(report, index),
  };
}

/** Two or three are enough to undo what is enforced; more than these are a sentence that nobody reads. */
const MAX_CAPABILITIES = 6;

function toWithheldWords(capabilities: readonly string[]): string | undefined {
  if (capabilities.length === 0) return undefined;
  const more = capabilities.length - MAX_CAPABILITIES;
  const named = capabilities.slice(0, MAX_CAPABILITIES);
  const words = more > 0 ? [...named, `${formatCount(more)} more`] : named;
  const last = words.at(-1) ?? "";
  return `started without ${[words.slice(0, -1).join(", "), last].filter((it) => it !== "").join(" and ")}`;
}

/** There is one for each forge and cloud that the guard knows. */
const MAX_SETS = 8;

function toBuiltInWords(sets: NonNullable<Report["enforcement"]>["builtIn"]): string | undefined {
  if (sets.length === 0) return undefined;
  const shown = sets.slice(0, MAX_SETS).map(({ id, asOf, destinations: { length } }) => {
    const destinations = `${formatCount(length)} ${pluralise("destination", length)}`;
    return `${id} (as of ${asOf}, ${destinations})`;
  });
  return `built in: ${shown.join(", ")}${sets.length > MAX_SETS ? ", …" : ""}`;
}

const MAX_PROGRAMS = 3;

function toTamperingWords(report: Report, index: ProcessIndex): string | undefined {
  const restored = report.enforcement?.restored ?? 0;
  if (restored === 0) return undefined;
  const programs = new Set(
    report.findings
      .filter(({ rule }) => rule.id === "guard-tamper")
      .map(({ processId, evidence }) => {
        const named = evidence["program"];
        if (processId !== null) return index.programName(processId);
        return typeof named === "string" ? named : "(unknown)";
      }),
  );
  const shown = [...programs].slice(0, MAX_PROGRAMS).join(", ");
  const by = programs.size === 0 ? "" : ` by ${shown}${programs.size > MAX_PROGRAMS ? ", …" : ""}`;
  return `the packet filter was changed${by} and put back ${formatCount(restored)} ${pluralise("time", restored)}`;
}
