/** Whoever takes the place of a sink that the file does not name any more is told what that one was told, or was to be. */
import { randomUUID } from "node:crypto";
import { setImmediate as yieldTurn } from "node:timers/promises";

import { RequestProblem } from "../errors.ts";
import type { IncidentStore, LeftKey } from "../stores/incident-store.ts";
import { planFirstTellings } from "./plan-deliveries.ts";
import type { DecideTellings } from "./record-incidents.ts";
import type { Turns } from "./turns.ts";

export interface HandOverOptions {
  readonly store: Pick<
    IncidentStore,
    "listLeftIncidents" | "listTellings" | "listDeliveriesOfIncident" | "recordIncidents"
  >;
  /** Of the sinks that there are. */
  readonly names: readonly string[];
  readonly decide: DecideTellings;
  readonly turns: Turns;
  readonly onRecorded: () => void;
  readonly closing: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Of one turn. */
const MAX_LEFT = 64;
/** More than are kept of one incident. */
const MAX_DELIVERIES = 1_000;
const NO_CHANGES = {
  incidents: [],
  links: [],
  closed: [],
  moved: [],
  superseded: [],
  acknowledged: [],
};

/** Does it once: nothing is done any more when it has gone through. What cannot be stored is left for the next time. */
export function createHandOver(options: HandOverOptions): () => Promise<void> {
  const { turns, closing } = options;
  let after: LeftKey | undefined;
  let isOver = false;
  let running: Promise<void> | undefined;

  async function goOn(): Promise<void> {
    while (!isOver && !closing.aborted) {
      try {
        after = await turns.take(() => handSomeOver(after, options));
      } catch (error) {
        isOver = !(error instanceof RequestProblem);
        throw error;
      }
      isOver = after === undefined;
      await yieldTurn();
    }
  }

  return () => {
    running ??= goOn().finally(() => {
      running = undefined;
    });
    return running;
  };
}

/** Undefined: those were all. */
async function handSomeOver(
  after: LeftKey | undefined,
  { store, names, decide, onRecorded, now }: HandOverOptions,
): Promise<LeftKey | undefined> {
  const left = store.listLeftIncidents(names, after, MAX_LEFT);
  const deliveries = left.flatMap((incident) => {
    const decision = decide(incident, now());
    const told = [
      ...store.listTellings(incident.id),
      ...store.listDeliveriesOfIncident(incident.id, MAX_DELIVERIES),
    ];
    const known = new Set(told.map(({ sink }) => sink));
    return planFirstTellings(incident, { decision, known, now: now(), newId: randomUUID });
  });
  if (deliveries.length > 0) await store.recordIncidents({ ...NO_CHANGES, deliveries });
  onRecorded();
  return left.length === MAX_LEFT ? left.at(-1) : undefined;
}
