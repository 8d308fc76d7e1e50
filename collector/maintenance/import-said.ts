/** What was asked of a run's agent, and said of its findings. What stands here of one of them stays. */
import type { CommandRecord, TriageRecord } from "../export/archive.ts";
import type { ApplyWrite } from "../storage/sqlite/apply-write.ts";
import type { CommandStore, StoredCommand } from "../stores/command-store.ts";
import type { RunQueries } from "../stores/run-queries.ts";

export interface SaidTarget {
  readonly commands: Pick<CommandStore, "findCommand">;
  readonly findings: Pick<RunQueries, "showFinding">;
  readonly writes: ApplyWrite;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface SaidRun {
  readonly id: string;
  readonly tenant: string;
}

/** In this order, but for the last two, which exclude one another. */
const RANKS: Readonly<Record<StoredCommand["state"], number>> = {
  queued: 0,
  delivered: 1,
  obeyed: 2,
  refused: 2,
};

/** Gives back whether anything of it is new. */
export function importCommand(
  { number, kind, body, askedAt, state, stateAt, answer }: CommandRecord,
  { id: runId }: SaidRun,
  { commands, writes }: SaidTarget,
): boolean {
  const here = commands.findCommand(runId, number);
  if (here === undefined) {
    writes.apply({ kind: "add-command", command: { runId, number, kind, body, askedAt } });
  } else if (here.kind !== kind || here.body !== body || here.askedAt !== askedAt) {
    return false;
  }
  const isFurther = RANKS[state] > RANKS[here?.state ?? "queued"];
  if (isFurther && state !== "queued") {
    const said = answer === null ? {} : { reason: answer };
    const settlement = { runId, number, state, at: stateAt, ...said };
    writes.apply({ kind: "settle-command", settlement });
  }
  return isFurther || here === undefined;
}

/** The same. A finding that is not here may have come after the last event of the file, or be one that the collector made. */
export function importTriage(
  { id, acknowledged, suppressed }: TriageRecord,
  { id: runId, tenant }: SaidRun,
  { findings, writes, now }: SaidTarget,
): boolean {
  const name = { runId, id };
  const here = findings.showFinding(tenant, name, now);
  if (here === undefined) return false;
  const mayAcknowledge = here.acknowledged === null && acknowledged !== null;
  if (mayAcknowledge) writes.apply({ kind: "acknowledge-finding", name, by: acknowledged });
  const maySuppress =
    suppressed !== null && (here.suppressed === null || isLater(suppressed, here.suppressed, now));
  if (maySuppress) writes.apply({ kind: "suppress-finding", name, by: suppressed });
  return mayAcknowledge || maySuppress;
}

type Suppression = NonNullable<TriageRecord["suppressed"]>;

/** One that has run out here keeps none out that has not. */
function isLater(told: Suppression, here: Suppression, now: number): boolean {
  return here.until <= now && told.until > now;
}
