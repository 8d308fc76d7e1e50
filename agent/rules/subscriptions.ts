/** Which rules look at which kind of observation. */
import type { Observation } from "../observation.ts";
import type { Actor } from "./facts/actor.ts";
import type { RunFacts } from "./facts/run-facts.ts";
import type { ActorOf, Flagged, Rule, Seen } from "./rule.ts";

export type OnFlagged = (rule: Rule, flagged: Flagged, actor: Actor | undefined) => void;

export interface Subscriptions {
  ask(observation: Observation, facts: RunFacts, onFlagged: OnFlagged): void;
}

type Kind = Observation["kind"];

interface Asked {
  readonly facts: RunFacts;
  readonly onFlagged: OnFlagged;
}

export function createSubscriptions(rules: readonly Rule[]): Subscriptions {
  const exec = toAsk(rules, "exec");
  const fork = toAsk(rules, "fork");
  const exit = toAsk(rules, "exit");
  const connect = toAsk(rules, "connect");
  const flow = toAsk(rules, "flow");
  const file = toAsk(rules, "file");
  const fileRead = toAsk(rules, "file-read");
  const memoryAccess = toAsk(rules, "memory-access");
  const privileged = toAsk(rules, "privileged");
  const dnsQuery = toAsk(rules, "dns-query");
  const packet = toAsk(rules, "packet");
  const tamper = toAsk(rules, "tamper");
  const anonymousFile = toAsk(rules, "anonymous-file");
  const resources = toAsk(rules, "resources");
  const loss = toAsk(rules, "loss");

  return {
    ask(seen, facts, onFlagged) {
      const asked = { facts, onFlagged };
      // Each kind by itself: what rules are given of it has a type of its own.
      switch (seen.kind) {
        case "exec":
          return exec(seen, whoDid(seen, facts), asked);
        case "fork":
          return fork(seen, whoDid(seen, facts), asked);
        case "exit":
          return exit(seen, whoDid(seen, facts), asked);
        case "connect":
          return connect(seen, whoDid(seen, facts), asked);
        case "flow":
          return flow(seen, whoDid(seen, facts), asked);
        case "file":
          return file(seen, whoDid(seen, facts), asked);
        case "file-read":
          return fileRead(seen, whoDid(seen, facts), asked);
        case "memory-access":
          return memoryAccess(seen, whoDid(seen, facts), asked);
        case "privileged":
          return privileged(seen, whoDid(seen, facts), asked);
        case "dns-query":
          return dnsQuery(seen, whoAsked(seen, facts), asked);
        case "packet":
          return packet(seen, whoAsked(seen, facts), asked);
        case "tamper":
          return tamper(seen, whoIsNamed(seen, facts), asked);
        case "anonymous-file":
          return anonymousFile(seen, undefined, asked);
        case "resources":
          return resources(seen, undefined, asked);
        case "loss":
          return loss(seen, undefined, asked);
      }
    },
  };
}

/** Asks those that look at observations of this kind. */
function toAsk<Of extends Kind>(rules: readonly Rule[], kind: Of) {
  const looks = rules.flatMap((rule) => {
    const look = rule.on[kind];
    return look === undefined ? [] : [{ rule, look }];
  });
  return (seen: Seen<Of>, actor: ActorOf<Of>, { facts, onFlagged }: Asked): void => {
    for (const { rule, look } of looks) {
      const flagged = look(seen, actor, facts);
      if (flagged !== undefined) onFlagged(rule, flagged, actor);
    }
  };
}

function whoDid({ process, at }: Extract<Observation, { process: unknown }>, { actors }: RunFacts) {
  return actors.find(process, at);
}

function whoAsked({ client, at }: Seen<"dns-query" | "packet">, { actors }: RunFacts) {
  return client ? actors.find(client, at) : undefined;
}

function whoIsNamed({ pid }: Seen<"tamper">, { actors }: RunFacts) {
  return pid === undefined ? undefined : actors.lastWithPid(pid);
}
