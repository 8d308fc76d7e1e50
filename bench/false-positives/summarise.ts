import type { Row } from "../harness/table.ts";
import { toPercent } from "../harness/table.ts";
import type { Attack } from "./attacks.ts";
import { ATTACKS } from "./attacks.ts";
import type { FalseAlert, Outcome, Tries } from "./outcome.ts";

const LOUD = new Set<FalseAlert["severity"]>(["medium", "high"]);
const JOBS = 1_000;

/** The numbers that the goal is about. */
export function toFigures({ jobs, falseAlerts, attacks }: Outcome) {
  const loud = falseAlerts.filter(({ severity }) => LOUD.has(severity)).length;
  const found = addTries(
    ATTACKS.filter(({ isNewDestination }) => isNewDestination).map(({ kind }) => attacks.get(kind)),
  );
  return {
    jobs,
    loudPerThousand: (loud / Math.max(1, jobs)) * JOBS,
    newDestinations: found.tries,
    newDestinationsFound: found.loud,
  };
}

export function summarise(outcome: Outcome): Row {
  const { jobs, falseAlerts, unstable } = outcome;
  const count = (...severities: readonly FalseAlert["severity"][]): string => {
    const alerts = falseAlerts.filter(({ severity }) => severities.includes(severity));
    return ((alerts.length / Math.max(1, jobs)) * JOBS).toFixed(2);
  };
  const { newDestinations, newDestinationsFound } = toFigures(outcome);
  return {
    jobs,
    "false alerts / 1,000": count("medium", "high"),
    high: count("high"),
    medium: count("medium"),
    low: count("low"),
    "not judged": toPercent(unstable, jobs),
    attacks: newDestinations,
    "new destinations found": toPercent(newDestinationsFound, newDestinations),
  };
}

export function toRuleRows({ jobs, falseAlerts }: Outcome): Row[] {
  const rules = [...new Set(falseAlerts.map(({ rule }) => rule))].toSorted();
  return rules.map((rule) => {
    const alerts = falseAlerts.filter((it) => it.rule === rule);
    const count = (severity: FalseAlert["severity"]): string =>
      ((alerts.filter((it) => it.severity === severity).length / jobs) * JOBS).toFixed(2);
    return {
      "false alerts / 1,000 jobs": rule,
      high: count("high"),
      medium: count("medium"),
      low: count("low"),
    };
  });
}

export function toChangeRows({ falseAlerts, changes }: Outcome): Row[] {
  const causes = new Set([...changes.keys(), ...falseAlerts.map(({ cause }) => cause)]);
  return [...causes].toSorted().map((cause) => {
    const alerts = falseAlerts.filter((it) => it.cause === cause);
    const loud = alerts.filter(({ severity }) => LOUD.has(severity)).length;
    const times = changes.get(cause) ?? 0;
    return {
      "honest change": cause,
      times,
      "medium or above": loud,
      low: alerts.filter(({ severity }) => severity === "low").length,
      "of 100 such, alerts": times === 0 ? "-" : ((loud / times) * 100).toFixed(1),
    };
  });
}

export function toAttackRows({ attacks }: Outcome, all: readonly Attack[]): Row[] {
  return all.map(({ kind, isNewDestination }) => {
    const { tries, loud, any } = attacks.get(kind) ?? NO_TRIES;
    return {
      attack: kind,
      "new destination": isNewDestination ? "yes" : "no",
      tries,
      "found, medium or above": toPercent(loud, tries),
      "found at all": toPercent(any, tries),
    };
  });
}

const NO_TRIES: Tries = { tries: 0, loud: 0, any: 0 };

function addTries(all: readonly (Tries | undefined)[]): Tries {
  const sum = { ...NO_TRIES };
  for (const one of all) {
    sum.tries += one?.tries ?? 0;
    sum.loud += one?.loud ?? 0;
    sum.any += one?.any ?? 0;
  }
  return sum;
}
