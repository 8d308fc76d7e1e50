/** The smallest policy that allows what the jobs of some reports did. The same reports give the same text. */
import type { EnforcementMode, Report } from "../../../protocol/index.ts";
import { AgentError } from "../../errors.ts";
import { MAX_POLICY_BYTES } from "../policy-text.ts";
import { toPrintable } from "../printable.ts";
import { generalise, type Line } from "./generalise.ts";
import { addNeeds, createNeeds, type LeftOut, settleNeeds } from "./needs.ts";
import { toUsersText } from "./users.ts";

export interface SuggestOptions {
  /** By the names of their files, in the order given. */
  readonly reports: Iterable<{ readonly path: string; readonly report: Report }>;
  readonly mode: EnforcementMode;
}

/** So that whoever made them up cannot make a policy that is refused for its length. */
const MAX_ENTRIES = 5_000;
const MAX_LEFT_OUT = 200;
const MAX_COMMENT = 300;

/** Throws AgentError `usage` where the reports have more destinations than a policy should list. */
export function suggestPolicy({ reports, mode }: SuggestOptions): string {
  const needs = createNeeds();
  const sources: string[] = [];
  const doubts: string[] = [];
  for (const { path, report } of reports) {
    addNeeds(needs, report);
    sources.push(toPrintable(path, 80));
    doubts.push(...toDoubts(path, report));
  }
  settleNeeds(needs);
  const lines = generalise(needs.needed, needs.leftOut).toSorted(compareLines);
  if (lines.length > MAX_ENTRIES) {
    throw new AgentError(
      "usage",
      `The reports have ${lines.length} destinations, and a list of more than ${MAX_ENTRIES} is no policy: write "*:443" or blocks of addresses by hand, or give reports of fewer jobs.`,
    );
  }
  const head = toHead(sources, doubts, mode);
  const text = [...head, ...toAllow(lines, true), ...toLeftOut(needs.leftOut), ""].join("\n");
  if (text.length <= MAX_POLICY_BYTES) return text;
  return [...head, ...toAllow(lines, false), ""].join("\n");
}

const MAX_SOURCES = 5;

function toHead(
  sources: readonly string[],
  doubts: readonly string[],
  mode: EnforcementMode,
): string[] {
  const more = sources.length - MAX_SOURCES;
  const names = `${sources.slice(0, MAX_SOURCES).join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  return [
    `# From runner-guard policy suggest, by what was done in ${names}.`,
    "# Each line says who needs it. Read them: what a job did is not always what it should do.",
    ...doubts.map((doubt) => `# ${doubt}`),
    "version: 1",
    "egress:",
    ...toMode(mode),
  ];
}

function toMode(mode: EnforcementMode): string[] {
  if (mode === "block") {
    return [
      "  # Refuses all that is not listed. audit would let it through and report it.",
      "  mode: block",
    ];
  }
  return [
    "  # Lets through what is not listed, and reports it. Write block when some runs have had nothing to report.",
    "  mode: audit",
  ];
}

/** What a report had no room for, so that the policy may lack it. */
function toDoubts(path: string, { dropped: { notListed } }: Report): string[] {
  const lost = (notListed["connections"] ?? 0) + (notListed["dnsQueries"] ?? 0);
  return lost > 0
    ? [
        `${toPrintable(path, 80)} had no room for ${lost} connections or questions for names: some may be missing here.`,
      ]
    : [];
}

function toAllow(lines: readonly Line[], withComments: boolean): string[] {
  if (lines.length === 0) return ["  allow: [] # nothing was talked to"];
  const toText = (line: Line) =>
    `    - "${line.entry}"${withComments ? ` # ${toComment(line)}` : ""}`;
  const names = lines.filter(({ isName }) => isName).map(toText);
  const addresses = lines.filter(({ isName }) => !isName).map(toText);
  return [
    "  allow:",
    ...names,
    ...(addresses.length > 0 ? ["    # Addresses, where no name was known:"] : []),
    ...addresses,
  ];
}

function toComment({ users, remark }: Line): string {
  const text = `${toUsersText(users)}${remark === "" ? "" : `; ${remark}`}`;
  return toPrintable(text, MAX_COMMENT);
}

function toLeftOut(leftOut: ReadonlyMap<string, LeftOut>): string[] {
  if (leftOut.size === 0) return [];
  const sorted = [...leftOut].toSorted(([one], [other]) => (one < other ? -1 : 1));
  const more = sorted.length - MAX_LEFT_OUT;
  return [
    "    # Left out:",
    ...sorted.slice(0, MAX_LEFT_OUT).map(([entry, { reason, users }]) => {
      const comment = toPrintable(`${reason}; ${toUsersText(users)}`, MAX_COMMENT);
      return `    # - "${toPrintable(entry)}" # ${comment}`;
    }),
    ...(more > 0 ? [`    # and ${more} more`] : []),
  ];
}

/** Names before addresses. */
function compareLines(one: Line, other: Line): number {
  if (one.isName !== other.isName) return one.isName ? -1 : 1;
  return one.entry < other.entry ? -1 : Number(one.entry > other.entry);
}
