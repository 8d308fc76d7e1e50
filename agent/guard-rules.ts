/** Joins the rules with the rest of the guard: what they may ask, what they tell, what is done about it. */
import type { CiStep, Policy } from "../protocol/index.ts";
import type { EventStream } from "./events/event-stream.ts";
import type { Flag, FlaggedThing } from "./events/flagging.ts";
import { formatTimestamp } from "./events/timestamp.ts";
import type { Observation, ProcessRef } from "./observation.ts";
import type { Network, Place } from "./rules/facts/run-facts.ts";
import type { Finding, RuleEngine, RuleEngineOptions } from "./rules/rule-engine.ts";

export interface GuardRulesOptions extends Pick<RuleEngineOptions, "respond"> {
  readonly settings: Policy["rules"];
  readonly stream: EventStream;
  readonly network: Network;
  readonly place: Place;
  readonly toId: (ref: ProcessRef) => string;
  readonly stepOf: (pid: number) => CiStep | undefined;
}

export interface GuardRules {
  observe(observation: Observation): void;
  readonly flag: Flag;
  /** What was observed until then waits for it. */
  load(): Promise<void>;
  /** Once a second, and when the job has ended. */
  review(occasion: "second" | "end"): void;
}

/**
 * The rules are some fifty files, which a command need not wait for: they are loaded when it runs, and look at what was observed
 * until then. What has to be faster than that is decided in the kernel.
 */
export function createGuardRules(options: GuardRulesOptions): GuardRules {
  let engine: RuleEngine | undefined;
  let loading: Promise<void> | undefined;
  const waiting: (Observation | FlaggedThing)[] = [];
  const load = async (): Promise<void> => {
    const loaded = await loadEngine(options);
    engine = loaded;
    for (const one of waiting.splice(0)) {
      if ("kind" in one) loaded.observe(one);
      else loaded.flag(one);
    }
  };
  return {
    observe(observation) {
      if (engine) engine.observe(observation);
      else waiting.push(observation);
    },
    flag(thing) {
      if (engine) engine.flag(thing);
      else waiting.push(thing);
    },
    load() {
      loading ??= load();
      return loading;
    },
    review(occasion) {
      engine?.review(occasion, Date.now() * 1000);
      engine?.flush();
    },
  };
}

async function loadEngine(options: GuardRulesOptions): Promise<RuleEngine> {
  const [
    { createRuleEngine },
    { RULES },
    { createRunFacts },
    { createLiveProcesses },
    { findSocket },
  ] = await Promise.all([
    import("./rules/rule-engine.ts"),
    import("./rules/rule-list.ts"),
    import("./rules/facts/run-facts.ts"),
    import("./rules/facts/live-processes.ts"),
    import("./sensor/proc/find-socket.ts"),
  ]);
  const live = createLiveProcesses({ root: "/proc", findSocket });
  return createRuleEngine({
    rules: RULES,
    settings: options.settings,
    facts: createRunFacts({ ...options, live }),
    respond: options.respond,
    tell: (finding, at) => options.stream.write(toBody(finding), at),
  });
}

function toBody({ firstSeen, lastSeen, ...finding }: Finding) {
  return {
    ...finding,
    firstSeen: formatTimestamp(firstSeen),
    lastSeen: formatTimestamp(lastSeen),
  };
}
