/** Baselines as text for people. What jobs are called is theirs to choose: nothing of it is a control. */
import type { ShownBaseline } from "../detection/show-baseline.ts";
import type { BaselineState, ListedBaseline } from "../stores/baseline-store.ts";
import { toVisibleText } from "../visible-text.ts";

const MEANINGS: Readonly<Record<BaselineState, string>> = {
  learning: "of too few runs: nothing is judged by it yet",
  stable: "runs are judged by it",
  unstable: "the job changes so often that something new says nothing; volumes are judged",
};
const STATE_WIDTH = 8;
const MAX_SHOWN = 100;
const MAX_CHARACTERS = 200;

/** A line. */
export function describeListed({ id, state, runs, tenant, ...job }: ListedBaseline): string {
  const { repository, workflow, job: name } = job;
  const parts = [repository, workflow, name].map((part) => part ?? "-");
  return toLine(
    `${id}  ${state.padEnd(STATE_WIDTH)}  ${runs} runs  ${parts.join("  ")}  (${tenant})`,
  );
}

export function describeBaseline(shown: ShownBaseline): string {
  const { state, reasons, runs, destinations, processes, files, signals, volumes } = shown;
  const often = (seen: Often): string =>
    `in ${seen.runs} of ${runs} runs${seen.isExpected ? ", expected by a person" : ""}`;
  return [
    describeListed(shown),
    toLine(`${state}: ${MEANINGS[state]}`),
    ...reasons.map(toLine),
    ...toSection(
      "goes to",
      destinations.map((to) => {
        const who = to.program === "" ? "?" : to.program;
        const port =
          to.transport === "dns" ? "asked for alone" : `${to.port || "any"}/${to.transport}`;
        return `${who} -> ${to.hosts.join(", ")} ${port}, ${often(to)}`;
      }),
    ),
    ...toSection(
      "starts",
      processes.map((one) => `${one.parent || "the job"} -> ${one.program}, ${often(one)}`),
    ),
    ...toSection(
      "writes to, outside of its workspace",
      files.map((one) => `${one.place}, ${often(one)}`),
    ),
    ...toSection(
      "is found with",
      signals.map((one) => `${one.signal}, ${often(one)}`),
    ),
    ...toSection(
      "volumes, the median and the most",
      volumes.map(({ volume, median, most }) => `${volume}: ${median}, ${most}`),
    ),
  ].join("");
}

interface Often {
  readonly runs: number;
  readonly isExpected: boolean;
}

function toSection(title: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const more = lines.length - MAX_SHOWN;
  const rest = more > 0 ? [`  and ${more} more\n`] : [];
  return [`${title}:\n`, ...lines.slice(0, MAX_SHOWN).map((line) => toLine(`  ${line}`)), ...rest];
}

function toLine(text: string): string {
  return `${toVisibleText(text, MAX_CHARACTERS)}\n`;
}
