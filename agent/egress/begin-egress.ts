/** The first of what stands between the job and the network, which tells what the rest will be. */
import type { EgressOptions } from "./egress.ts";
import { type Confinement, toConfinement } from "./enforcement/confinement.ts";
import { createKnowledge, type Knowledge } from "./enforcement/knowledge.ts";
import { NO_MEANS, type Unavailable } from "./enforcement/means.ts";
import { findPacketsGround, type PacketsGround } from "./enforcement/packets-ground.ts";

export type BeginEgressOptions = Pick<
  EgressOptions,
  | "policy"
  | "mode"
  | "choice"
  | "resolvers"
  | "builtIn"
  | "knownBad"
  | "scope"
  | "cgroupRoot"
  | "runId"
>;

/** To be disposed of in any case, after what was made of it. */
export interface BegunEgress extends Disposable {
  readonly knowledge: Knowledge;
  readonly ground: PacketsGround | Unavailable;
  /** What the job will be held to, unless something fails from now on. */
  readonly confinement: Confinement;
}

export function beginEgress(options: BeginEgressOptions): BegunEgress {
  const knowledge = createKnowledge(options);
  const ground = findGround(options, knowledge);
  const { cgroup } = "unavailable" in ground ? NO_MEANS : ground.place;
  return {
    knowledge,
    ground,
    confinement: toConfinement({ cgroup }, knowledge.policy),
    [Symbol.dispose]() {
      if (!("unavailable" in ground)) ground.place[Symbol.dispose]();
    },
  };
}

function findGround(
  options: BeginEgressOptions,
  knowledge: Knowledge,
): PacketsGround | Unavailable {
  if (options.choice === "none") return { unavailable: "--enforcement none was asked for" };
  if (options.choice === "dns") return { unavailable: "--enforcement dns was asked for" };
  return findPacketsGround(options, knowledge);
}
