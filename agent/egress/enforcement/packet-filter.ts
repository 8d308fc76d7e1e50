/** The guard's table in nftables while it stands: loaded, proven, watched, put back, and taken away. */
import { toErrorText } from "../../errors.ts";
import type { PacketObservation, TamperObservation } from "../../observation.ts";
import type { ElementWriter } from "../netlink/element-writer.ts";
import { createPacketLog, type LoggedPacket, type PacketLog } from "../netlink/packet-log.ts";
import { createRulesetWatch, type RulesetChange } from "../netlink/ruleset-watch.ts";
import { claimTable } from "../nftables/claim-table.ts";
import { type SetElement, toElementsText } from "../nftables/elements-text.ts";
import { createHold, type Hold } from "../nftables/hold.ts";
import { parseLogPrefix } from "../nftables/log-prefix.ts";
import { type NftResult, runNft } from "../nftables/nft-program.ts";
import type { RulesetPlan } from "../nftables/ruleset-plan.ts";
import { toReplacementText } from "../nftables/ruleset-text.ts";
import { createTableCheck, type TableCheck } from "../nftables/table-check.ts";
import { findDeafness } from "./canary.ts";
import type { FilterPlan } from "./filter-plan.ts";
import { createTableRemoval, type TableRemoval } from "./table-removal.ts";

export interface PacketFilterOptions {
  readonly nft: string;
  /** Asked for again at each load: policy may have become stricter. */
  readonly toPlan: () => FilterPlan;
  /** What DNS has opened and is still good. */
  readonly toElements: () => readonly SetElement[];
  readonly writer: Pick<ElementWriter, "portId">;
  readonly startWithin: <Started>(start: () => Started) => Started;
  readonly observe: (observation: PacketObservation | TamperObservation) => void;
  /** Of a table that is not the guard's. */
  readonly onForeignChange: (change: RulesetChange) => void;
  readonly onFailure: (reason: string) => void;
  readonly onLost: (packets: number) => void;
}

export interface PacketFilter extends AsyncDisposable {
  readonly table: string;
  readonly packetsRefused: number;
  readonly restored: number;
  /** Reads the kernel's logs. */
  poll(): void;
  /** Loads what the policy has become. */
  reload(): Promise<NftResult>;
  /** The table stays behind when the guard ends, and goes when the cgroup is empty. */
  leaveUntilEmpty(cgroup: string): void;
}

export type PacketFilterStart =
  | { readonly status: "in-force"; readonly filter: PacketFilter }
  | { readonly status: "failed"; readonly reason: string };

export async function startPacketFilter(options: PacketFilterOptions): Promise<PacketFilterStart> {
  await using stack = new AsyncDisposableStack();
  const counts = { refused: 0, canaries: 0 };
  const opened = openLog(counts, options);
  if ("failure" in opened) return { status: "failed", reason: opened.failure };
  const log = stack.use(opened);
  const { nft } = options;
  const claim = await claimTable(nft, { ...options.toPlan(), logGroup: log.group });
  if (claim.status === "refused") return { status: "failed", reason: claim.reason };
  const { plan } = claim;
  const removal = stack.use(createTableRemoval(plan, options));
  // Before the job runs, which could change the table first.
  const check = createTableCheck(nft, plan.table);
  const remembered = check.remember();
  const deafness = await findDeafness({
    startWithin: options.startWithin,
    isHeard() {
      log.poll();
      return counts.canaries > 0;
    },
  });
  if (deafness !== undefined) return { status: "failed", reason: deafness };
  await remembered;
  const loading = createLoading(plan, options);
  const standing = { plan, log, removal, check, loading, counts, options };
  const filter = startHolding(standing, stack.move());
  return { status: "in-force", filter };
}

function openLog(counts: Counts, options: PacketFilterOptions): PacketLog | { failure: string } {
  try {
    return createPacketLog({
      onPacket: (packet) => tell(packet, counts, options),
      onLost(count) {
        // In audit mode nearly all that is logged went its way.
        if (options.toPlan().mode === "block") counts.refused += count;
        options.onLost(count);
      },
    });
  } catch (error) {
    const message = toErrorText(error);
    return {
      failure: message.includes("EPERM")
        ? "the packet filter may not be changed here: give the guard the capability NET_ADMIN"
        : message,
    };
  }
}

interface Counts {
  refused: number;
  canaries: number;
}

interface Standing {
  readonly plan: RulesetPlan;
  readonly log: PacketLog;
  readonly removal: TableRemoval;
  readonly check: TableCheck;
  readonly loading: Loading;
  readonly counts: Counts;
  readonly options: PacketFilterOptions;
}

function startHolding(
  { plan, log, removal, check, loading, counts, options }: Standing,
  stack: AsyncDisposableStack,
): PacketFilter {
  const watch = stack.use(
    createRulesetWatch({
      onChange(change) {
        if (!hold.notice(change)) options.onForeignChange(change);
      },
      onOverrun: () => hold.noticeOverrun(),
      ownPortId: options.writer.portId,
    }),
  );
  const hold: Hold = stack.use(
    createHold({
      table: plan.table,
      isOwn: (portId) => portId === options.writer.portId || loading.isOwn(portId),
      reload: (onStart) => loading.load(onStart),
      drain: () => watch.poll(),
      isWhole: () => check.isWhole(),
      onTamper: (changes) => options.observe(toTamper(changes, plan.table)),
      onFailure: options.onFailure,
    }),
  );
  return {
    table: plan.table,
    get packetsRefused() {
      return counts.refused;
    },
    get restored() {
      return hold.restored;
    },
    poll() {
      watch.poll();
      log.poll();
    },
    async reload() {
      const result = await loading.load();
      watch.poll();
      loading.forget();
      if (result.status === "done") removal.adopt(loading.plan);
      await check.remember();
      return result;
    },
    leaveUntilEmpty: (cgroup) => removal.leaveUntilEmpty(cgroup),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

interface Loading {
  /** What was loaded last, or is being loaded. */
  readonly plan: RulesetPlan;
  load(onStart?: (pid: number) => void): Promise<NftResult>;
  isOwn(portId: number): boolean;
  forget(): void;
}

/** nft's netlink socket has the number of its process (libmnl asks for none, and the kernel gives that one first). */
function createLoading(first: RulesetPlan, options: PacketFilterOptions): Loading {
  let plan = first;
  let pid: number | undefined;
  return {
    get plan() {
      return plan;
    },
    load(onStart) {
      plan = { ...plan, ...options.toPlan(), begunBefore: plan.begunBefore };
      const elements = toElementsText(plan.table, options.toElements());
      return runNft(options.nft, toReplacementText(plan, elements), (started) => {
        if (onStart === undefined) pid = started;
        else onStart(started);
      });
    },
    isOwn: (portId) => portId === pid,
    forget() {
      pid = undefined;
    },
  };
}

function tell(packet: LoggedPacket, counts: Counts, { observe }: PacketFilterOptions): void {
  const reason = parseLogPrefix(packet.prefix);
  if (reason === undefined) return;
  if (reason === "canary") {
    counts.canaries += 1;
    return;
  }
  const isRefused = reason !== "would-refuse";
  if (isRefused) counts.refused += 1;
  const { at, transport, family, destination, userId } = packet;
  const { ip, port } = destination;
  const address = { transport, family, ip, ...(port === undefined ? {} : { port }) };
  observe({ kind: "packet", at, address, userId, isRefused });
}

function toTamper(changes: readonly RulesetChange[], table: string): TamperObservation {
  const [first] = changes;
  const what = first === undefined ? "changes came too fast to be read" : first.what;
  const by = first?.program === undefined ? "" : ` by ${first.program}`;
  return {
    kind: "tamper",
    at: Date.now() * 1000,
    pid: first?.pid,
    message: `the packet filter's table ${table} was changed${by} (${what}), and put back`,
    evidence: {
      table,
      what: changes.map((change) => change.what).join(", ") || what,
      ...(first?.program === undefined ? {} : { program: first.program }),
      ...(first?.pid === undefined ? {} : { pid: first.pid }),
    },
  };
}
