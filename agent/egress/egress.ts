/** What stands between the job and the network, and what is known of where it talks to. */
import type {
  BuiltInSet,
  EgressInForce,
  Enforcement,
  EnforcementMode,
  GuardScope,
  Policy,
  Report,
} from "../../protocol/index.ts";
import type { DnsQueryObservation, PacketObservation, TamperObservation } from "../observation.ts";
import type { BegunEgress } from "./begin-egress.ts";
import { type Confinement, toConfinement } from "./enforcement/confinement.ts";
import type { Tightening } from "./enforcement/current-policy.ts";
import { describePolicy } from "./enforcement/describe-policy.ts";
import { createDestinationJudge, type DestinationJudge } from "./enforcement/destination-judge.ts";
import type { Knowledge } from "./enforcement/knowledge.ts";
import { NO_MEANS, type Means, type MeansResult, type Reload } from "./enforcement/means.ts";
import { enforceOnNames } from "./enforcement/names-means.ts";
import type { ConnectOwn } from "./enforcement/own-connections.ts";
import { enforceOnPackets } from "./enforcement/packets-means.ts";
import type { FindClient } from "./find-client.ts";
import type { NameDecision } from "./name-policy.ts";

export type { Tightening } from "./enforcement/current-policy.ts";
export type { Reload } from "./enforcement/means.ts";

export interface EgressOptions {
  /** Null: there is none, and everything is allowed. */
  readonly policy: Pick<Policy, "egress"> | null;
  readonly mode: EnforcementMode;
  readonly choice: "auto" | "nftables" | "dns" | "none";
  readonly resolvers: readonly string[] | undefined;
  readonly builtIn: readonly BuiltInSet[];
  /** Names (each with those below it) and addresses that are denied, unless policy allows them on purpose. */
  readonly knownBad?: readonly string[];
  readonly scope: GuardScope;
  /** Where the cgroup v2 tree is mounted, or null. */
  readonly cgroupRoot: string | null;
  readonly runId: string;
  readonly observe: (
    observation: DnsQueryObservation | PacketObservation | TamperObservation,
  ) => void;
  /** Whose socket a question came from. */
  readonly findClient: FindClient;
}

export type EgressStatus = NonNullable<Report["enforcement"]>;

export interface Egress extends AsyncDisposable {
  /** What is asked for now: it may have become stricter. */
  readonly mode: EnforcementMode;
  readonly judge: DestinationJudge;
  readonly names: NameKnowledge;
  /** The policy in force, as it is told; it may have become stricter. */
  describe(): EgressInForce;
  status(): EgressStatus;
  /** What `start` starts is the job. */
  startWithin<Started>(start: () => Started): Started;
  /** What the sensors have to hold the job to. */
  readonly confinement: Confinement;
  /** Tells all that waits to be told. */
  settle(): void;
  tighten(tightening: Tightening): Promise<Reload>;
  /** Of the hosts that policy allows by their whole name those that do not exist. */
  findMissingHosts(): Promise<readonly string[]>;
  /** Connections of the guard's own, past policy; null: they are as any program's. */
  readonly connectOwn: ConnectOwn | null;
  /** Something of the command lives on, and the block stays on it when the guard ends. */
  holdsLeftovers(): boolean;
}

/** What is known of names. */
export interface NameKnowledge {
  /** Whether questions for names pass the guard, so that an address without a name was not asked for. */
  readonly areSeen: boolean;
  /** Whether it is one of those that questions are meant for. */
  readonly isResolver: (ip: string) => boolean;
  /** What policy says of a name in the canonical spelling. */
  readonly judge: (name: string) => NameDecision;
}

/** How often the kernel's logs are read; what is put back waits as long. */
const LOOK_EVERY_MS = 10;

/** In force when this returns. What cannot be had is said by `status`, and never thrown. */
export async function createEgress(options: EgressOptions, begun: BegunEgress): Promise<Egress> {
  const { knowledge } = begun;
  const { policy } = knowledge;
  const result = await findMeans(options, begun);
  const means = "unavailable" in result ? NO_MEANS : result;
  const timer = setInterval(() => means.poll(), LOOK_EVERY_MS).unref();
  let modeInForce = policy.mode;
  return {
    get mode() {
      return modeInForce;
    },
    judge: createDestinationJudge({
      ...knowledge,
      refusesPackets: means.mechanism === "nftables",
      resolvers: means.resolvers,
      hasOwnResolver: hasOwnResolver(knowledge),
    }),
    names: toNameKnowledge(means, knowledge),
    describe: () => describePolicy(policy),
    status: () =>
      toStatus(means, {
        builtIn: options.builtIn,
        reason: "unavailable" in result ? result.unavailable : result.reason,
      }),
    startWithin: (start) => means.startWithin(start),
    confinement: toConfinement(means, policy),
    settle: () => means.settle(),
    async tighten(tightening) {
      policy.tighten(tightening);
      const reload = await means.reload();
      // What could not be loaded is not in force, and must not be told as if it were.
      if (reload.status === "done") modeInForce = policy.mode;
      return reload;
    },
    findMissingHosts: () => means.findMissing(policy.hosts),
    connectOwn: means.connectOwn,
    holdsLeftovers: () => policy.mode === "block" && means.holdsLeftovers(),
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await means[Symbol.asyncDispose]();
    },
  };
}

function toNameKnowledge({ resolvers }: Means, { configured, policy }: Knowledge): NameKnowledge {
  const found = configured.status === "found" ? configured.asked : [];
  const known = resolvers ?? new Set(found);
  return {
    areSeen: resolvers !== null,
    isResolver: (ip) => known.has(ip),
    judge: (name) => policy.names.decide(name),
  };
}

function hasOwnResolver({ configured }: Knowledge): boolean {
  return configured.status === "found" && configured.loopbackOwner !== undefined;
}

async function findMeans(
  options: EgressOptions,
  { knowledge, ground }: BegunEgress,
): Promise<MeansResult> {
  if (options.choice === "dns") return enforceOnNames(options, knowledge);
  return "unavailable" in ground ? ground : enforceOnPackets(options, knowledge, ground);
}

function toStatus(
  means: Means,
  { builtIn, reason }: { builtIn: readonly BuiltInSet[]; reason: string | undefined },
): EgressStatus {
  const { mechanism } = means;
  const enforcement: Enforcement = { mechanism, builtIn: [...builtIn] };
  return {
    ...enforcement,
    ...(mechanism === "nftables" && {
      scope: means.cgroup === null ? ("network-namespace" as const) : ("command" as const),
    }),
    ...(reason === undefined ? {} : { reason }),
    ...means.counts(),
  };
}
