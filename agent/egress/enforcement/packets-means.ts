/** Names and packets: the gate answers, and nftables lets through what the gate has opened. */
import { toErrorText } from "../../errors.ts";
import type { GateQuery } from "../dns/dns-gate-options.ts";
import type { EgressOptions } from "../egress.ts";
import { createElementWriter, type ElementWriter } from "../netlink/element-writer.ts";
import type { RulesetChange } from "../netlink/ruleset-watch.ts";
import { cleanDeadGuards } from "../nftables/clean-dead-guards.ts";
import { mayHaveGuardTables } from "../nftables/guard-tables.ts";
import { createDeviceWatch, type DeviceWatch } from "./device-watch.ts";
import { toFilterPlan, toResolverIps } from "./filter-plan.ts";
import { describeExemption, type FilterSubject, toSubject } from "./filter-subject.ts";
import { createForeignTableTelling } from "./foreign-tables.ts";
import { type ForwardGate, startForwardGate } from "./forward-gate.ts";
import type { Knowledge } from "./knowledge.ts";
import { closeWhatIsDenied, toLiveElements } from "./live-elements.ts";
import { type Means, type MeansResult, NO_MEANS, type Unavailable } from "./means.ts";
import { type NamesGate, startNamesGate } from "./names-gate.ts";
import { createNetworkWatch, type NetworkWatch } from "./network-watch.ts";
import { createOpener, type Opener } from "./opener.ts";
import { createOwnConnections } from "./own-connections.ts";
import { type PacketFilter, startPacketFilter } from "./packet-filter.ts";
import type { PacketsGround } from "./packets-ground.ts";
import { createProblems, type Problems } from "./problems.ts";
import { createQuestionLog, MAX_WAITING_QUESTIONS, type QuestionLog } from "./question-log.ts";
import { createServerNames, type ServerNames } from "./server-names.ts";

const LISTEN = [
  { ip: "127.0.0.1", port: 0 },
  { ip: "::1", port: 0 },
];

export async function enforceOnPackets(
  options: EgressOptions,
  knowledge: Knowledge,
  ground: PacketsGround,
): Promise<MeansResult> {
  await using stack = new AsyncDisposableStack();
  // Released last, when nothing refers to it any more.
  stack.use(ground.place);
  const standing = await start({ ...ground, options, knowledge, stack });
  return "unavailable" in standing ? standing : toMeans(standing, stack.move());
}

interface Beginning extends PacketsGround {
  readonly options: EgressOptions;
  readonly knowledge: Knowledge;
  /** Takes all that is started, so that nothing is left of what fails halfway. */
  readonly stack: AsyncDisposableStack;
}

interface Gates {
  readonly gate: NamesGate;
  readonly forward: ForwardGate;
  readonly serverNames: ServerNames;
}

interface Standing extends Beginning, Gates {
  readonly subject: FilterSubject;
  readonly filter: PacketFilter;
  readonly devices: DeviceWatch;
  readonly network: NetworkWatch;
  readonly questions: QuestionLog;
  readonly problems: Problems;
}

async function start(beginning: Beginning): Promise<Standing | Unavailable> {
  const { options, knowledge, resolvers, place, stack } = beginning;
  const writer = openWriter();
  if ("unavailable" in writer) return writer;
  stack.use(writer);
  const problems = createProblems();
  const table = { name: "" };
  const opener = createOpener({
    ...knowledge,
    filter: { put: (elements) => writer.put(table.name, elements) },
    onFailure: problems.add,
  });
  const questions = createQuestionLog({ ...options, maxWaiting: MAX_WAITING_QUESTIONS });
  const subject = toSubject({ ...options, loopbackOwner: resolvers.loopbackOwner }, place.cgroup);
  const network = startNetworkWatch({ ...beginning, subject, problems });
  if ("unavailable" in network) return network;
  const base = { ...beginning, subject, problems, questions, network };
  // nft takes its time, in a process of its own.
  const cleaning = mayHaveGuardTables() ? cleanDeadGuards(beginning.nft) : undefined;
  const [, gates] = await Promise.all([cleaning, startGates(base, opener)]);
  if ("unavailable" in gates) return gates;
  const filter = await startFilter({ ...base, ...gates }, writer);
  if ("unavailable" in filter) return filter;
  table.name = filter.table;
  const devices = createDeviceWatch({ ...subject, observe: options.observe });
  return { ...base, ...gates, filter, devices };
}

function openWriter(): ElementWriter | Unavailable {
  try {
    return createElementWriter();
  } catch (error) {
    return { unavailable: toErrorText(error) };
  }
}

/** Before the job can change anything. */
function startNetworkWatch({
  options,
  knowledge,
  resolvers,
  subject,
  problems,
  stack,
}: Beginning & Pick<Standing, "subject" | "problems">): NetworkWatch | Unavailable {
  try {
    return stack.use(
      createNetworkWatch({
        ...options,
        ...knowledge,
        resolvers,
        mark: subject.mark,
        onFailure: problems.add,
      }),
    );
  } catch (error) {
    return { unavailable: error instanceof Error ? error.message : String(error) };
  }
}

async function startGates(
  base: Omit<Standing, keyof Gates | "filter" | "devices">,
  opener: Opener,
): Promise<Gates | Unavailable> {
  const { options, knowledge, resolvers, subject, problems, questions, stack } = base;
  const names = {
    resolvers,
    trust: base.network,
    mark: subject.mark,
    policy: knowledge.policy,
    opener,
    report: (query: GateQuery) => questions.add(query),
    onFailure: problems.add,
  };
  const own = await startNamesGate({ ...names, listen: LISTEN });
  if (own.status === "failed") return toUnserved(own.reason);
  stack.use(own.gate);
  const forward = await startForwardGate(options.scope, names);
  if (forward.status === "failed") return toUnserved(forward.reason);
  stack.use(forward.gate);
  const serverNames = stack.use(
    createServerNames({
      ...knowledge,
      originsOf: (name) => opener.originsOf(name),
      mark: subject.mark,
      observe: options.observe,
      findClient: options.findClient,
    }),
  );
  try {
    await serverNames.adopt();
  } catch (error) {
    return { unavailable: `server names cannot be checked: ${toErrorText(error)}` };
  }
  return { gate: own.gate, forward: forward.gate, serverNames };
}

function toUnserved(reason: string): Unavailable {
  return { unavailable: `names cannot be served: ${reason}` };
}

async function startFilter(
  parts: Omit<Standing, "filter" | "devices">,
  writer: ElementWriter,
): Promise<PacketFilter | Unavailable> {
  const { nft, options, knowledge, resolvers, place, problems, stack } = parts;
  const plan = {
    ...parts,
    scope: options.scope,
    policy: knowledge.policy,
    cgroup: place.cgroup,
    resolverIps: toResolverIps(resolvers),
  };
  const started = await startPacketFilter({
    nft,
    toPlan: () => toFilterPlan(plan),
    toElements: () => toLiveElements(knowledge, Date.now()),
    writer,
    startWithin: (begin) => place.startWithin(begin),
    observe: options.observe,
    onForeignChange: toForeignChangeTelling(options, knowledge),
    onFailure: problems.add,
    onLost: (packets) => problems.add(`${packets} packets were logged and not listed`),
  });
  return started.status === "failed" ? { unavailable: started.reason } : stack.use(started.filter);
}

/** A machine's or a pod's own programs change tables as they need, and so may a job that is not held back. */
function toForeignChangeTelling(
  { scope, observe }: EgressOptions,
  { policy }: Knowledge,
): (change: RulesetChange) => void {
  if (scope !== "command") return () => undefined;
  const toTamper = createForeignTableTelling();
  return (change) => {
    if (policy.mode === "block") for (const tamper of toTamper(change)) observe(tamper);
  };
}

function toMeans(standing: Standing, stack: AsyncDisposableStack): Means {
  const { subject, filter, devices, network, serverNames, questions, problems } = standing;
  const { knowledge, resolvers, place } = standing;
  return {
    ...NO_MEANS,
    mechanism: "nftables",
    get reason() {
      return problems.text([...resolvers.notes, ...describeExemption(subject)]);
    },
    resolvers: new Set(toResolverIps(resolvers)),
    cgroup: place.cgroup,
    startWithin: (begin) => place.startWithin(begin),
    counts: () => ({
      packetsRefused: filter.packetsRefused,
      namesRefused: questions.refused,
      restored: filter.restored,
    }),
    poll() {
      devices.poll();
      network.poll();
      filter.poll();
      questions.settle();
    },
    settle() {
      network.poll();
      filter.poll();
      questions.settle("all");
    },
    async reload() {
      closeWhatIsDenied(knowledge, Date.now());
      await serverNames.adopt();
      const result = await filter.reload();
      if (result.status === "failed") problems.add(result.reason);
      return result;
    },
    holdsLeftovers: () => place.holdsLeftovers(),
    // Told by their control group where a command is held: the guard itself is in none.
    connectOwn:
      subject.mark === null
        ? null
        : createOwnConnections({
            mark: subject.mark,
            hosts: knowledge.hosts,
            searchDomains: resolvers.searchDomains,
            resolve: (name) => standing.gate.resolve(name),
          }),
    findMissing: (names) => standing.gate.findMissing(names),
    [Symbol.asyncDispose]: () => end(standing, stack),
  };
}

async function end(
  { place, filter, knowledge }: Standing,
  stack: AsyncDisposableStack,
): Promise<void> {
  if (place.cgroup !== null && knowledge.policy.mode === "block" && place.holdsLeftovers()) {
    filter.leaveUntilEmpty(place.cgroup.path);
    place.leaveLeftovers();
  }
  await stack.disposeAsync();
}
