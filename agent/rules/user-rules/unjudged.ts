/** What a report does not hold of what rules ask for, said to whoever wrote them. */
import type { Condition, Report, UserRule } from "../../../protocol/index.ts";
import type { ReportedActors } from "./reported-actors.ts";

type Kind = UserRule["on"];

const OF_KERNEL_SENSOR: readonly Kind[] = ["file-read", "memory-access", "privileged-operation"];
const LISTS = {
  process: "processes",
  connection: "connections",
  "dns-query": "dnsQueries",
  file: "files",
  "file-read": "fileReads",
  "memory-access": "memoryAccesses",
  "privileged-operation": "privilegedOperations",
} as const satisfies Record<Kind, keyof Report>;

export function findUnjudged(
  report: Report,
  rules: readonly UserRule[],
  find: ReportedActors,
): string[] {
  if (rules.length === 0) return [];
  const kinds = new Set(rules.map(({ on }) => on));
  const fields = new Set(rules.flatMap(({ when }) => [...fieldsOf(when)]));
  return [
    ...findBlindness(report, kinds, fields),
    ...findUnlisted(report, kinds, find),
    ...findUnsure(report, fields),
  ];
}

function findBlindness(report: Report, kinds: ReadonlySet<Kind>, fields: ReadonlySet<string>) {
  const hadKernel = report.sensors.some(
    ({ name, status }) => name === "kernel" && status !== "unavailable",
  );
  const hadGate = (report.enforcement?.mechanism ?? "none") !== "none";
  const asksNames = [
    ...(kinds.has("dns-query") ? ["on: dns-query"] : []),
    ...(fields.has("destination.domain") ? ["destination.domain"] : []),
  ];
  const knewNames = hadGate || report.dnsQueries.length > 0;
  return [
    ...OF_KERNEL_SENSOR.filter((kind) => !hadKernel && kinds.has(kind)).map(
      (kind) => `on: ${kind}: the run had no kernel sensor, which alone sees it`,
    ),
    ...(knewNames ? [] : asksNames).map(
      (what) => `${what}: no question passed the guard in the run`,
    ),
  ];
}

function findUnlisted(report: Report, kinds: ReadonlySet<Kind>, find: ReportedActors): string[] {
  const { notListed } = report.dropped;
  const lists = new Set(["processes", ...Array.from(kinds, (kind) => LISTS[kind])]);
  const without = Array.from(kinds).flatMap((kind) =>
    kind === "process" ? [] : report[LISTS[kind]].filter((entry) => isOfUnlisted(entry, find)),
  );
  return [
    ...Object.entries(notListed)
      .filter(([list]) => lists.has(list))
      .map(([list, count]) => `${count} ${list} that the report had no room for`),
    ...say(kinds.has("file") ? report.files.filter(isNobodys).length : 0, [
      "change of a file whose maker is not known",
      "changes of files whose makers are not known",
    ]),
    ...say(kinds.has("connection") ? report.connections.filter(isNobodys).length : 0, [
      "connection whose maker is not known",
      "connections whose makers are not known",
    ]),
    ...say(without.length, [
      "entry of a process that the report does not list: nothing is known of its program",
      "entries of processes that the report does not list: nothing is known of their programs",
    ]),
  ];
}

function findUnsure({ processes }: Report, fields: ReadonlySet<string>): string[] {
  const hasProgram = [...fields].some((field) => field.startsWith("process."));
  const several = processes.filter(({ earlierPrograms }) => earlierPrograms !== undefined);
  const hasArgs = [...fields].some((field) => field.endsWith(".args"));
  const cut = hasArgs ? processes.filter(({ argsTruncated }) => argsTruncated).length : 0;
  return [
    ...say(hasProgram ? several.length : 0, [
      "process ran several programs: what it did is judged as of the last, and of the others no more than path and arguments is known",
      "processes ran several programs: what they did is judged as of the last, and of the others no more than path and arguments is known",
    ]),
    ...say(cut, [
      "process whose arguments were cut: what stood behind is not compared",
      "processes whose arguments were cut: what stood behind is not compared",
    ]),
  ];
}

function say(count: number, [one, many]: readonly [string, string]): string[] {
  if (count === 0) return [];
  return [`${count} ${count === 1 ? one : many}`];
}

interface Made {
  readonly processId: string | null;
}

function isNobodys({ processId }: Made): boolean {
  return processId === null;
}

function isOfUnlisted({ processId }: Made, find: ReportedActors): boolean {
  return processId !== null && find(processId) === undefined;
}

function* fieldsOf({ any = [], all = [], not, ...fields }: Condition): Generator<string> {
  yield* Object.keys(fields);
  for (const part of [...any, ...all]) yield* fieldsOf(part);
  if (not !== undefined) yield* fieldsOf(not);
}
