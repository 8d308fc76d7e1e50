/** Names and packets: the gate answers, and nftables lets through what the gate has opened. */
import { type CommandCgroup, createCommandCgroup } from "../command-cgroup.ts";
import type { ConfiguredResolvers } from "../dns/configured-resolvers.ts";
import type { GateQuery } from "../dns/dns-gate-options.ts";
import type { DnsGate } from "../dns/dns-gate.ts";
import type { EgressOptions } from "../egress.ts";
import { createElementWriter, type ElementWriter } from "../netlink/element-writer.ts";
import { cleanDeadGuards } from "../nftables/clean-dead-guards.ts";
import { findNft } from "../nftables/nft-program.ts";
import { readPidNamespace, readStartTicks } from "../nftables/owner-state.ts";
import { createDeviceWatch, type DeviceWatch } from "./device-watch.ts";
import { describeExemption, type FilterSubject, toSubject } from "./filter-subject.ts";
import { type ForwardGate, startForwardGate } from "./forward-gate.ts";
import type { Knowledge } from "./knowledge.ts";
import { closeWhatIsDenied, toLiveElements } from "./live-elements.ts";
import { isLoopbackUp } from "./loopback-state.ts";
import { type Means, type MeansResult, NO_MEANS } from "./means.ts";
import { type NamesGate, startNamesGate } from "./names-gate.ts";
import { createOpener } from "./opener.ts";
import { type FilterPlan, type PacketFilter, startPacketFilter } from "./packet-filter.ts";
import { createProblems, type Problems } from "./problems.ts";
import { createQuestionLog, MAX_WAITING_QUESTIONS, type QuestionLog } from "./question-log.ts";
import { createServerNames, type ServerNames } from "./server-names.ts";

/** Where distributions have it. Not PATH: a job's own directories may be on that. */
const NFT_DIRECTORIES = "/usr/sbin:/sbin:/usr/bin:/bin";
const LISTEN = [
  { ip: "127.0.0.1", port: 0 },
  { ip: "::1", port: 0 },
];

export async function enforceOnPackets(
  options: EgressOptions,
  knowledge: Knowledge,
): Promise<MeansResult> {
  const nft = findNft(NFT_DIRECTORIES);
  if (nft === undefined) return { unavailable: "the program nft is missing (package nftables)" };
  if (!isLoopbackUp()) return { unavailable: "loopback is down, and names are served there" };
  const { configured } = knowledge;
  if (configured.status === "unusable") return { unavailable: configured.reason };
  await using stack = new AsyncDisposableStack();
  const cgroup = options.scope === "command" ? makeCgroup(options) : null;
  if (cgroup !== null && "unavailable" in cgroup) return cgroup;
  // Released last, when nothing refers to it any more.
  const release = createRelease(cgroup);
  stack.defer(() => release.run());
  await cleanDeadGuards(nft);
  const started = await start({ nft, options, knowledge, configured, cgroup, stack });
  if ("unavailable" in started) return started;
  return toMeans({ ...started, configured, cgroup, release, knowledge }, stack.move());
}

function makeCgroup({ cgroupRoot, runId }: EgressOptions) {
  return createCommandCgroup(cgroupRoot, `runner-guard-${runId}`);
}

interface Release {
  run(): void;
  /** Something still runs in it, and is to stay there. */
  skip(): void;
}

function createRelease(cgroup: CommandCgroup | null): Release {
  let isSkipped = false;
  return {
    run() {
      if (isSkipped || cgroup === null) return;
      try {
        cgroup.dissolve();
      } catch {
        // A job that made processes faster than they could be moved. The next guard takes the empty cgroup away.
      }
    },
    skip() {
      isSkipped = true;
    },
  };
}

interface Beginning {
  readonly nft: string;
  readonly options: EgressOptions;
  readonly knowledge: Knowledge;
  readonly configured: Extract<ConfiguredResolvers, { status: "found" }>;
  readonly cgroup: CommandCgroup | null;
  readonly stack: AsyncDisposableStack;
}

interface Parts {
  readonly subject: FilterSubject;
  readonly devices: DeviceWatch;
  readonly gate: NamesGate;
  readonly filter: PacketFilter;
  readonly serverNames: ServerNames;
  readonly questions: QuestionLog;
  readonly problems: Problems;
}

async function start(beginning: Beginning): Promise<Parts | { unavailable: string }> {
  const { nft, options, knowledge, configured, cgroup, stack } = beginning;
  const { policy, book, aliases } = knowledge;
  const subject = toSubject({ ...options, loopbackOwner: configured.loopbackOwner }, cgroup);
  const problems = createProblems();
  const opened = openWriter();
  if ("unavailable" in opened) return opened;
  const writer = stack.use(opened);
  const table = { name: "" };
  const opener = createOpener({
    policy,
    book,
    aliases,
    filter: { put: (elements) => writer.put(table.name, elements) },
    onFailure: problems.add,
  });
  const questions = createQuestionLog({ ...options, maxWaiting: MAX_WAITING_QUESTIONS });
  const names = {
    resolvers: configured,
    mark: subject.mark,
    policy,
    opener,
    report: (query: GateQuery) => questions.add(query),
    onFailure: problems.add,
  };
  const gate = await startNamesGate({ ...names, listen: LISTEN });
  if (gate.status === "failed") return { unavailable: `names cannot be served: ${gate.reason}` };
  stack.use(gate.gate);
  const forward = await startForwardGate(options.scope, names);
  if (forward.status === "failed")
    return { unavailable: `names cannot be served: ${forward.reason}` };
  stack.use(forward.gate);
  const serverNames = stack.use(
    createServerNames({
      policy,
      book,
      originsOf: (name) => opener.originsOf(name),
      mark: subject.mark,
      observe: options.observe,
    }),
  );
  await serverNames.adopt();
  const filter = await startPacketFilter({
    nft,
    toPlan: () =>
      toPlan({ subject, gate: gate.gate, forward: forward.gate, serverNames, beginning }),
    toElements: () => toLiveElements(knowledge, Date.now()),
    writer,
    startWithin: createStartWithin(cgroup),
    observe: options.observe,
    onFailure: problems.add,
    onLost: (packets) => problems.add(`${packets} packets were refused and not listed`),
  });
  if (filter.status === "failed") return { unavailable: filter.reason };
  table.name = filter.filter.table;
  stack.use(filter.filter);
  const devices = createDeviceWatch({ ...subject, observe: options.observe });
  return {
    subject,
    devices,
    gate: gate.gate,
    filter: filter.filter,
    serverNames,
    questions,
    problems,
  };
}

function openWriter(): ElementWriter | { unavailable: string } {
  try {
    return createElementWriter();
  } catch (error) {
    return { unavailable: error instanceof Error ? error.message : String(error) };
  }
}

interface PlanParts {
  readonly subject: FilterSubject;
  readonly gate: DnsGate;
  readonly forward: ForwardGate;
  readonly serverNames: ServerNames;
  readonly beginning: Beginning;
}

function toPlan({ subject, gate, forward, serverNames, beginning }: PlanParts): FilterPlan {
  const { options, knowledge, configured, cgroup } = beginning;
  const { policy } = knowledge;
  const { ipv4, ipv6 } = gate.ports;
  return {
    owner: {
      pid: process.pid,
      startTicks: readStartTicks(process.pid) ?? 0,
      pidNamespace: readPidNamespace(),
      scope: options.scope,
      onDeath: policy.mode === "block" ? policy.onGuardDeath : "open",
      ...(cgroup && { cgroup: cgroup.path }),
    },
    subject: subject.subject,
    mode: policy.mode,
    gate: {
      ...(ipv4 !== undefined && { ipv4 }),
      ...(ipv6 !== undefined && { ipv6 }),
      // In audit mode a question to anybody else goes where it was meant to go.
      ...(policy.mode === "audit" && { only: toResolverIps(configured) }),
    },
    ...(forward.ports && { forwardGate: forward.ports }),
    ...(serverNames.ports && { sniPort: serverNames.ports }),
    allow: policy.destinations.allow,
    deny: policy.destinations.deny,
    begunBefore: subject.begunBefore,
    isHost: options.scope === "host",
    devices: subject.devices,
  };
}

/** Whom programs ask, and who is asked for them: a resolver of the machine's asks on. */
function toResolverIps({ asked, resolvers }: Beginning["configured"]): string[] {
  return [...new Set([...asked, ...resolvers.map(({ ip }) => ip)])];
}

function createStartWithin(cgroup: CommandCgroup | null): Means["startWithin"] {
  if (cgroup === null) return (begin) => begin();
  return (begin) => {
    cgroup.enter();
    try {
      return begin();
    } finally {
      cgroup.leave();
    }
  };
}

interface Standing extends Parts {
  readonly configured: Beginning["configured"];
  readonly cgroup: CommandCgroup | null;
  readonly release: Release;
  readonly knowledge: Knowledge;
}

function toMeans(standing: Standing, stack: AsyncDisposableStack): Means {
  const { subject, filter, serverNames, questions, configured, cgroup, release, problems } =
    standing;
  const { policy } = standing.knowledge;
  const holdsLeftovers = (): boolean => cgroup?.isPopulated() ?? false;
  return {
    ...NO_MEANS,
    mechanism: "nftables",
    get reason() {
      return problems.text([...configured.notes, ...describeExemption(subject)]);
    },
    resolvers: new Set(toResolverIps(configured)),
    cgroup,
    startWithin: createStartWithin(cgroup),
    counts: () => ({
      packetsRefused: filter.packetsRefused,
      namesRefused: questions.refused,
      restored: filter.restored,
    }),
    poll() {
      standing.devices.poll();
      filter.poll();
      questions.settle();
    },
    settle() {
      filter.poll();
      questions.settle("all");
    },
    async reload() {
      closeWhatIsDenied(standing.knowledge, Date.now());
      await serverNames.adopt();
      const result = await filter.reload();
      if (result.status === "failed") problems.add(result.reason);
    },
    holdsLeftovers,
    findMissing: (names) => standing.gate.findMissing(names),
    async [Symbol.asyncDispose]() {
      if (cgroup !== null && policy.mode === "block" && holdsLeftovers()) {
        filter.leaveUntilEmpty(cgroup.path);
        release.skip();
      }
      await stack.disposeAsync();
    },
  };
}
