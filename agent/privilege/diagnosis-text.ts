import type { Diagnosis } from "./diagnosis.ts";
import { toFactLines } from "./fact-lines.ts";
import { toStyle } from "./style.ts";
import type { Style } from "./style.ts";
import { waysToGet } from "./ways-to-get.ts";
import { wrapAfter } from "./wrapped.ts";

interface Page {
  readonly columns: number;
  readonly style: Style;
}

/** The width of the longest name in a list, and a gap. */
const CAPABILITY_WIDTH = "NET_BIND_SERVICE".length + 2;
const FACT_WIDTH = "perf_event_paranoid".length + 2;
const PLACE_WIDTH = "Kubernetes".length + 2;
const SENSOR_WIDTH = "kernel".length + 2;
const COMMAND_WIDTH = "watch".length + 2;
const NOT_TRIED = "not tried; the above goes by the facts below";
/** What stands before an entry of such a list. */
const MARK_WIDTH = "  yes  ".length;

/** What `runner-guard doctor` prints for people: the level first, then what would raise it, then what that rests on. */
export function renderDiagnosis(
  diagnosis: Diagnosis,
  options: { readonly columns: number; readonly colour: boolean },
): string {
  const page = { columns: options.columns, style: toStyle(options.colour) };
  const sections = [
    levelSection(diagnosis, page),
    sensorSection(diagnosis, page),
    enforcementSection(diagnosis, page),
    capabilitySection(diagnosis, page),
    problemSection(diagnosis, page),
    factSection(diagnosis, page),
  ];
  return `${sections.map((lines) => lines.join("\n")).join("\n\n")}\n`;
}

function levelSection(diagnosis: Diagnosis, { columns, style }: Page): string[] {
  const lines = wrapAfter("", diagnosis.summary, columns).map(style.strong);
  if (diagnosis.levelOnceInstalled !== diagnosis.level) {
    const more = `With the missing files below installed: ${diagnosis.levelOnceInstalled}.`;
    lines.push(...wrapAfter("", more, columns));
  }
  return lines;
}

function sensorSection({ sensors, kernelProof }: Diagnosis, page: Page): string[] {
  const { style } = page;
  const lines = sensors.flatMap(({ name, available, reason }) =>
    entry(available, wrapAfter(gap(name, SENSOR_WIDTH), reason, page.columns - MARK_WIDTH), style),
  );
  const tried =
    kernelProof === null ? NOT_TRIED : proofText("loaded", kernelProof.status, kernelProof.reason);
  return [
    style.strong("Sensors"),
    ...lines,
    ...wrapAfter("  ", `The kernel sensor was ${tried}.`, page.columns),
  ];
}

function enforcementSection({ enforcement, enforcementProof }: Diagnosis, page: Page): string[] {
  const { style } = page;
  const lines = (["run", "watch"] as const).flatMap((command) => {
    const { mechanism, reason } = enforcement[command];
    const text = wrapAfter(gap(command, COMMAND_WIDTH), reason, page.columns - MARK_WIDTH);
    return entry(mechanism === "nftables", text, style);
  });
  const tried =
    enforcementProof === null
      ? NOT_TRIED
      : proofText("tried", enforcementProof.mechanism, enforcementProof.reason);
  return [
    style.strong("Block mode"),
    ...lines,
    ...wrapAfter("  ", `Blocking as \`run\` does was ${tried}.`, page.columns),
  ];
}

function proofText(what: string, outcome: string, reason: string | undefined): string {
  const because = reason === undefined ? "" : ` (${reason.replace(/\.$/, "")})`;
  return `${what} for a moment to prove it: ${outcome}${because}`;
}

function capabilitySection({ capabilities, facts }: Diagnosis, page: Page): string[] {
  const { style, columns } = page;
  const lines = capabilities.flatMap(({ name, present, useful, adds }) => {
    const text = useful ? adds : `${adds} (not needed here)`;
    return entry(
      present,
      wrapAfter(gap(name, CAPABILITY_WIDTH), text, columns - MARK_WIDTH),
      style,
    );
  });
  const missing = capabilities.filter(({ present, useful }) => !present && useful);
  const names = missing.map(({ name }) => name);
  const ways = waysToGet(names, facts.process).flatMap(({ place, way }) =>
    wrapAfter(`    ${gap(place, PLACE_WIDTH)}`, way, columns),
  );
  return [
    style.strong("Capabilities"),
    ...lines,
    ...(names.length === 0
      ? []
      : [...wrapAfter("  How to get ", `${names.join(", ")}:`, columns), ...ways]),
  ];
}

function problemSection({ problems }: Diagnosis, { columns, style }: Page): string[] {
  if (problems.length === 0)
    return [
      style.good(
        "No problems for the guard itself; what jobs find on this machine is under Posture.",
      ),
    ];
  const lines = problems.flatMap(({ message, fix }) => {
    const [first = "", ...rest] = wrapAfter("  ! ", message, columns);
    return [
      `  ${style.bad("!")}${first.slice(3)}`,
      ...rest,
      ...wrapAfter("    mend: ", fix, columns),
    ];
  });
  return [style.strong("Problems"), ...lines];
}

function factSection({ facts }: Diagnosis, { columns, style }: Page): string[] {
  const lines = toFactLines(facts).flatMap(([name, found]) =>
    wrapAfter(`  ${gap(name, FACT_WIDTH)}`, found, columns),
  );
  return [style.strong("Facts"), ...lines];
}

/** `yes` or `no` before the first line, as much space before the others. */
function entry(yes: boolean, lines: readonly string[], { good, bad }: Style): string[] {
  const mark = yes ? good("yes") : bad("no ");
  const space = " ".repeat(MARK_WIDTH);
  return lines.map((line, index) => (index === 0 ? `  ${mark}  ${line}` : `${space}${line}`));
}

function gap(name: string, width: number): string {
  return name.padEnd(width);
}
