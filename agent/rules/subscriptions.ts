/** Which rules look at which kind of observation. */
import type { Observation } from "../observation.ts";
import type { Actor } from "./facts/actor.ts";
import type { RunFacts } from "./facts/run-facts.ts";
import type { ActorOf, Flagged, Look, Rule, Seen } from "./rule.ts";

export type OnFlagged = (rule: Rule, flagged: Flagged, actor: Actor | undefined) => void;

export interface Subscriptions {
  ask(observation: Observation, facts: RunFacts, onFlagged: OnFlagged): void;
}

type Kind = Observation["kind"];

interface Subscription<Of extends Kind> {
  readonly rule: Rule;
  readonly look: Look<Of>;
}

export function createSubscriptions(rules: readonly Rule[]): Subscriptions {
  const to = <Of extends Kind>(kind: Of): readonly Subscription<Of>[] =>
    rules.flatMap((rule) => {
      const look = rule.on[kind];
      return look === undefined ? [] : [{ rule, look }];
    });
  const exec = to("exec");
  const fork = to("fork");
  const exit = to("exit");
  const connect = to("connect");
  const flow = to("flow");
  const file = to("file");
  const anonymousFile = to("anonymous-file");
  const fileRead = to("file-read");
  const memoryAccess = to("memory-access");
  const privileged = to("privileged");
  const resources = to("resources");
  const dnsQuery = to("dns-query");
  const packet = to("packet");
  const tamper = to("tamper");
  const loss = to("loss");

  return {
    ask(seen, facts, onFlagged) {
      const { actors } = facts;
      switch (seen.kind) {
        case "exec":
          return askAll(
            exec,
            { seen, actor: actors.find(seen.process, seen.at), facts },
            onFlagged,
          );
        case "fork":
          return askAll(
            fork,
            { seen, actor: actors.find(seen.process, seen.at), facts },
            onFlagged,
          );
        case "exit":
          return askAll(
            exit,
            { seen, actor: actors.find(seen.process, seen.at), facts },
            onFlagged,
          );
        case "connect":
          return askAll(
            connect,
            { seen, actor: actors.find(seen.process, seen.at), facts },
            onFlagged,
          );
        case "flow":
          return askAll(
            flow,
            { seen, actor: actors.find(seen.process, seen.at), facts },
            onFlagged,
          );
        case "file":
          return askAll(
            file,
            { seen, actor: actors.find(seen.process, seen.at), facts },
            onFlagged,
          );
        case "file-read":
          return askAll(
            fileRead,
            { seen, actor: actors.find(seen.process, seen.at), facts },
            onFlagged,
          );
        case "memory-access":
          return askAll(
            memoryAccess,
            { seen, actor: actors.find(seen.process, seen.at), facts },
            onFlagged,
          );
        case "privileged":
          return askAll(
            privileged,
            { seen, actor: actors.find(seen.process, seen.at), facts },
            onFlagged,
          );
        case "dns-query":
          return askAll(dnsQuery, { seen, actor: findClient(seen, facts), facts }, onFlagged);
        case "packet":
          return askAll(packet, { seen, actor: findClient(seen, facts), facts }, onFlagged);
        case "tamper": {
          const actor = seen.pid === undefined ? undefined : actors.lastWithPid(seen.pid);
          return askAll(tamper, { seen, actor, facts }, onFlagged);
        }
        case "anonymous-file":
          return askAll(anonymousFile, { seen, actor: undefined, facts }, onFlagged);
        case "resources":
          return askAll(resources, { seen, actor: undefined, facts }, onFlagged);
        case "loss":
          return askAll(loss, { seen, actor: undefined, facts }, onFlagged);
      }
    },
  };
}

interface Sight<Of extends Kind> {
  readonly seen: Seen<Of>;
  readonly actor: ActorOf<Of>;
  readonly facts: RunFacts;
}

function askAll<Of extends Kind>(
  subscriptions: readonly Subscription<Of>[],
  { seen, actor, facts }: Sight<Of>,
  onFlagged: OnFlagged,
): void {
  for (const { rule, look } of subscriptions) {
    const flagged = look(seen, actor, facts);
    if (flagged !== undefined) onFlagged(rule, flagged, actor);
  }
}

function findClient({ client, at }: Seen<"dns-query" | "packet">, { actors }: RunFacts) {
  return client ? actors.find(client, at) : undefined;
}
