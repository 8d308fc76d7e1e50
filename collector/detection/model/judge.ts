/** What a run did, so far or as a whole, that its job does not do. */
import { isGraver, toRank } from "../../../protocol/severities.ts";
import type { Anomaly, AnomalySeverity, BaselineState } from "./anomaly.ts";
import type { Baseline } from "./baseline.ts";
import { toState } from "./describe-state.ts";
import { toFeatureKey } from "./feature.ts";
import { judgeDestinations } from "./judge-destinations.ts";
import { judgeProcesses } from "./judge-processes.ts";
import { judgeVolumes } from "./judge-volumes.ts";
import { toKnownHabits } from "./known-habits.ts";
import { DEFAULT_SETTINGS, type ModelSettings } from "./model-settings.ts";
import { toShortHash } from "./plain-text.ts";
import type { RunProfile } from "./run-profile.ts";
import { toFindingSignal, toSecretSignal } from "./seen-signals.ts";
import type { Compared, Suspicion } from "./suspicion.ts";

export interface JudgeContext {
  /** Milliseconds since 1970, of a run that goes on; undefined: it is over, or its last event says how long it took. */
  readonly now?: number | undefined;
  /** Whether nobody has settled a finding of the guard's. Without it all stand. */
  readonly isOpen?: (findingId: string) => boolean;
  readonly settings?: ModelSettings;
}

/** The gravest first. */
export function judge(
  profile: RunProfile,
  baseline: Baseline,
  { now, isOpen = () => true, settings = DEFAULT_SETTINGS }: JudgeContext = {},
): readonly Anomaly[] {
  const state = toState(baseline, settings);
  if (state === "learning") return [];
  const compared = { profile, baseline, known: toKnownHabits(baseline) };
  const destinations = judgeDestinations(compared);
  const suspicions = [
    ...destinations,
    ...judgeVolumes(compared, now, destinations),
    ...judgeProcesses(compared),
  ];
  if (suspicions.length === 0) return [];
  const signals = findSignals(compared, isOpen);
  const anomalies = suspicions.map((it) => {
    const others = findOthers(it, suspicions);
    return toAnomaly(it, [...signals.of(it.program), ...others], {
      overRuns: baseline.runs,
      state,
    });
  });
  return anomalies.toSorted((a, b) => toRank(b.severity) - toRank(a.severity));
}

interface Signals {
  /** Each once: what the program itself was found with is not found in its run as well. */
  of(program: string | undefined): readonly Signal[];
}

interface Signal {
  readonly reason: string;
  /** It is about the program itself, and raises even what is of little weight. */
  readonly isClose: boolean;
}

/** What the job is found with in honest runs, too, says nothing about this one. */
function findSignals({ profile, baseline }: Compared, isOpen: (id: string) => boolean): Signals {
  const isUsual = (signal: string): boolean =>
    baseline.habits.has(toFeatureKey({ kind: "signal", signal }));
  const findings = [...profile.signals.findings.values()].filter(
    ({ id, rule, severity }) =>
      isOfWeight(severity) && !isUsual(toFindingSignal(rule)) && isOpen(id),
  );
  const rules = [...new Set(findings.map(({ rule }) => rule))].toSorted();
  const secrets = [...profile.signals.secrets].filter((it) => !isUsual(toSecretSignal(it)));
  const ofSecrets = secrets
    .toSorted()
    .map((secret) => toSignal(`a secret was found in the same run (${secret})`, false));
  return {
    of(program) {
      const isKnown = program !== undefined && program !== "";
      const own = new Set(
        findings.flatMap((found) => (isKnown && found.program === program ? [found.rule] : [])),
      );
      const others = rules.filter((rule) => !own.has(rule));
      return [
        ...[...own].map((rule) => toSignal(`the guard found ${rule} of this program`, true)),
        ...others.map((rule) => toSignal(`the guard found ${rule} in the same run`, false)),
        ...ofSecrets,
      ];
    },
  };
}

function toSignal(reason: string, isClose: boolean): Signal {
  return { reason, isClose };
}

/** Another rule that something else of weight breaks: what follows from the same thing counts once. */
function findOthers(own: Suspicion, all: readonly Suspicion[]): Signal[] {
  const others = all.filter(({ rule, severity }) => rule !== own.rule && isOfWeight(severity));
  const rules = [...new Set(others.map(({ rule }) => rule))].toSorted();
  return rules.map((rule) => ({ reason: `there is a ${rule} in the same run`, isClose: false }));
}

function isOfWeight(severity: string): boolean {
  return isGraver(severity, "low");
}

const MAX_REASONS = 8;

interface Ground {
  readonly overRuns: number;
  readonly state: BaselineState;
}

function toAnomaly(suspicion: Suspicion, signals: readonly Signal[], ground: Ground): Anomaly {
  const { rule, subject, message, technique, because: own, ...told } = suspicion;
  const { expected, seen, program, domain, host, port, step, examples, cause } = told;
  const isClose = own.length > 0 || signals.some((signal) => signal.isClose);
  const severity = toRaised(suspicion.severity, signals.length + own.length > 0, isClose);
  const isRaised = severity !== suspicion.severity;
  const reasons = isRaised ? [...new Set([...own, ...signals.map(({ reason }) => reason)])] : [];
  return {
    id: `${rule}-${toShortHash(subject.join("\0"))}`,
    rule,
    severity,
    message,
    technique,
    evidence: {
      expected,
      seen,
      ...ground,
      ...(isRaised && { because: reasons.slice(0, MAX_REASONS) }),
      ...(program !== undefined && { program }),
      ...(domain !== undefined && { domain }),
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port }),
      ...(step !== undefined && { step }),
      ...(examples !== undefined && { examples }),
      cause,
    },
  };
}

/** What is of little weight becomes no alarm because of something else in the same run, unless that is of the same program. */
function toRaised(
  severity: AnomalySeverity,
  hasSignal: boolean,
  isClose: boolean,
): AnomalySeverity {
  if (severity === "medium") return hasSignal ? "high" : "medium";
  return isClose ? "medium" : severity;
}
