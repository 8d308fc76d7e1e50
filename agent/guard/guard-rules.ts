/** Joins the rules and the responses with the rest of the guard: what they may ask, what they tell, what they do. */
import type { CiStep, Policy } from "../../protocol/index.ts";
import type { EventStream } from "../events/event-stream.ts";
import type { Flag, FlaggedThing } from "../events/flagging.ts";
import { formatTimestamp } from "../events/timestamp.ts";
import { createTurnedAway } from "../events/turned-away.ts";
import { createLocalFiles, type LocalFiles } from "../files/local-files.ts";
import type { Observation, ProcessRef } from "../observation.ts";
import type { IncidentBundles, IncidentBundlesOptions } from "../respond/incident-bundle.ts";
import type { Responder, ResponderOptions } from "../respond/responder.ts";
import type { FactsOptions, Network, Place } from "../rules/facts/run-facts.ts";
import type { Finding, RuleEngine } from "../rules/rule-engine.ts";
import { createOperatorFindings, type OperatorOrder } from "./operator-findings.ts";

export interface GuardRulesOptions {
  readonly settings: Policy["rules"];
  readonly stream: EventStream;
  readonly network: Network;
  readonly place: Place;
  readonly toId: (ref: ProcessRef) => string;
  readonly stepOf: (pid: number) => CiStep | undefined;
  readonly responses: Pick<
    ResponderOptions,
    "cgroup" | "neverKill" | "maxKillsPerMinute" | "catchUp" | "onRunner" | "isOfCiJob"
  >;
  /** Null: nothing is kept of an incident but what the report says. */
  readonly incidents: Omit<IncidentBundlesOptions, "openImage"> | null;
  /** Of what is observed before the rules are loaded, some 500 bytes each. */
  readonly maxWaiting?: number;
}

/** What was done about what was flagged. */
export interface Responses {
  /** Kills that the limit, or something else, did not allow. */
  readonly overLimit: number;
  /** Files, one for each incident. */
  readonly bundles: readonly string[];
}

export interface GuardRules {
  observe(observation: Observation): void;
  readonly flag: Flag;
  /** What was observed until then waits for it. */
  load(): Promise<void>;
  /** The job is ended as a rule would have it; how many live on in spite of it. */
  endJob(order: OperatorOrder): Promise<number>;
  noteTightening(order: OperatorOrder, what: string, problem?: string): void;
  /** Once a second, and when the job has ended. */
  review(occasion: "second" | "end"): void;
  /** Waits for kills that are under way, and writes what was kept of them. */
  settle(): Promise<Responses>;
}

interface Loaded {
  readonly engine: RuleEngine;
  readonly responder: Responder;
  readonly bundles: IncidentBundles | undefined;
}

/** Processes of the job that the responder keeps in mind: as many as the process tree. */
const MAX_PROCESSES = 16_384;
/** It takes less than a second to load the rules: 64 MiB at most. */
const MAX_WAITING = 131_072;
/** The job stands still meanwhile, and it is to be over within 100 ms. */
const EVIDENCE_MS = 50;

/**
 * The rules are some eighty files, which a command need not wait for: they are loaded when it runs, and look at what was observed
 * until then. What has to be faster than that is decided in the kernel.
 */
export function createGuardRules(options: GuardRulesOptions): GuardRules {
  const { maxWaiting = MAX_WAITING } = options;
  let loaded: Loaded | undefined;
  let loading: Promise<void> | undefined;
  // Before the job can mount anything.
  const localFiles = createLocalFiles();
  const begunAtMs = Date.now();
  const operator = createOperatorFindings(options.stream);
  const waiting: (Observation | FlaggedThing)[] = [];
  const turnedAway = createTurnedAway("rules-not-ready");
  const written: string[] = [];
  // The tree forgets who has ended by the time that rules look at what it did.
  const steps = new Map<number, CiStep>();
  const observeWith = ({ engine, responder }: Loaded, observation: Observation): void => {
    // Whoever a rule wants to end is known as the job's by then.
    responder.observe(observation);
    engine.observe(observation);
  };
  const load = async (): Promise<void> => {
    const stepOf = (pid: number): CiStep | undefined => steps.get(pid) ?? options.stepOf(pid);
    const parts = await loadParts({ ...options, stepOf, begunAtMs }, localFiles);
    loaded = parts;
    for (const one of waiting.splice(0)) {
      if ("kind" in one) observeWith(parts, one);
      else parts.engine.flag(one);
    }
    steps.clear();
    turnedAway.tell(options.stream, Date.now() * 1000);
  };
  const wait = (observation: Observation): void => {
    if (waiting.length >= maxWaiting) {
      turnedAway.count(observation.kind);
      return;
    }
    waiting.push(observation);
    if (observation.kind !== "exec" && observation.kind !== "fork") return;
    const { pid } = observation.process;
    const step = options.stepOf(pid);
    if (step !== undefined) steps.set(pid, step);
  };
  return {
    observe(observation) {
      if (loaded) observeWith(loaded, observation);
      else wait(observation);
    },
    flag(thing) {
      if (loaded) loaded.engine.flag(thing);
      else if (waiting.length < maxWaiting) waiting.push(thing);
      else turnedAway.count("finding");
    },
    load() {
      loading ??= load();
      return loading;
    },
    async endJob(order) {
      loading ??= load();
      await loading;
      const obstacle = loaded?.responder.findObstacle();
      if (obstacle !== undefined) throw new Error(obstacle);
      operator.tellKill(order);
      return (await loaded?.responder.endJob("operator-kill"))?.length ?? 0;
    },
    noteTightening: (order, what, problem) => operator.tellTightening(order, what, problem),
    review(occasion) {
      loaded?.engine.review(occasion, Date.now() * 1000);
      loaded?.engine.flush();
    },
    async settle() {
      await loaded?.responder.settle();
      written.push(...((await loaded?.bundles?.write()) ?? []));
      return { overLimit: loaded?.responder.counts.overLimit ?? 0, bundles: written };
    },
  };
}

type PartsOptions = GuardRulesOptions & Pick<FactsOptions, "begunAtMs">;

async function loadParts(options: PartsOptions, localFiles: LocalFiles): Promise<Loaded> {
  const { settings, stream, place, responses } = options;
  const [
    { createRuleEngine },
    { RULES },
    { compileUserRules },
    { createRunFacts },
    { createLiveProcesses },
    { findSocket },
    { createResponder },
    bundles,
  ] = await Promise.all([
    import("../rules/rule-engine.ts"),
    import("../rules/rule-list.ts"),
    import("../rules/user-rules/compile-user-rule.ts"),
    import("../rules/facts/run-facts.ts"),
    import("../rules/facts/live-processes.ts"),
    import("../sensor/proc/find-socket.ts"),
    import("../respond/responder.ts"),
    loadBundles(options.incidents && { ...options.incidents, openImage: localFiles.openImage }),
  ]);
  const live = createLiveProcesses({ root: "/proc", findSocket, files: localFiles });
  const responder = createResponder({
    ...responses,
    scope: place.scope,
    guardPid: place.guardPid,
    maxProcesses: MAX_PROCESSES,
    evidenceMs: EVIDENCE_MS,
    takeEvidence: async (incident) => bundles?.take(incident),
    onJobKilled: () => undefined,
    now: () => performance.now(),
  });
  const engine = createRuleEngine({
    rules: [...RULES, ...compileUserRules(options.settings)],
    settings,
    facts: createRunFacts({ ...options, live }),
    respond: (request) => responder.respond(request),
    tell: (finding, at) => stream.write(toBody(finding), at),
  });
  return { engine, responder, bundles };
}

async function loadBundles(
  options: IncidentBundlesOptions | null,
): Promise<IncidentBundles | undefined> {
  if (options === null) return undefined;
  const { createIncidentBundles } = await import("../respond/incident-bundle.ts");
  return createIncidentBundles(options);
}

function toBody({ firstSeen, lastSeen, ...finding }: Finding) {
  return {
    ...finding,
    firstSeen: formatTimestamp(firstSeen),
    lastSeen: formatTimestamp(lastSeen),
  };
}
