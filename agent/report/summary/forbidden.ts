import { toKey } from "../model/folded-list.ts";
import { isRedirected, toDestinationName, toForbiddenNote } from "./destination-words.ts";
import type { DestinationRow } from "./destinations.ts";
import { type ForbiddenName, toForbiddenNameNote } from "./forbidden-names.ts";

/** What policy does not allow, whether it was connected to or only asked for by name. Text is the job's, unescaped. */
export interface ForbiddenRow {
  readonly outcome: "blocked" | "redirected" | "refused" | "would-block";
  readonly destination: string;
  readonly step: string | null;
  readonly program: string;
  readonly command: string | null;
  readonly count: number;
  readonly note: string;
}

/** What was stopped first. A name that the same step went on to connect to says nothing more. */
export function toForbiddenRows(
  destinations: readonly DestinationRow[],
  names: readonly ForbiddenName[],
): ForbiddenRow[] {
  const connected = new Set(
    destinations.map(({ verdict, host, step }) => toKey(verdict, host, step)),
  );
  const asked = names.filter(
    ({ verdict, name, step }) => !connected.has(toKey(verdict, name, step)),
  );
  const rows = [...destinations.map(ofDestination), ...asked.map(ofName)];
  return rows.toSorted(
    (one, other) => Number(one.outcome === "would-block") - Number(other.outcome === "would-block"),
  );
}

function ofDestination(row: DestinationRow): ForbiddenRow {
  const { verdict, step, program, command, count } = row;
  const stopped = isRedirected(row) ? "redirected" : "blocked";
  return {
    outcome: verdict === "blocked" ? stopped : "would-block",
    destination: toDestinationName(row),
    step,
    program,
    command,
    count,
    note: toForbiddenNote(row),
  };
}

function ofName(row: ForbiddenName): ForbiddenRow {
  const { verdict, name, step, program, command, count } = row;
  return {
    outcome: verdict === "blocked" ? "refused" : "would-block",
    destination: name,
    step,
    program,
    command,
    count,
    note: `DNS ${toForbiddenNameNote(row)}`,
  };
}
