import type {
  ConnectObservation,
  FlowAddress,
  FlowObservation,
  Microseconds,
} from "../observation.ts";
import { toAddressKey } from "./address-key.ts";
import type { AssemblerOptions, Judgement } from "./assembler-options.ts";
import type { FlowNews, RepeatableBody } from "./coalescer.ts";
import type { RefusedPackets } from "./packet-matcher.ts";

type Parts = Pick<AssemblerOptions, "processes" | "judge" | "coalescer" | "packets">;

export function addConnect(parts: Parts, observation: ConnectObservation): void {
  const { result, process, address } = observation;
  parts.packets.remember(parts.processes.toId(process), address);
  add(parts, observation, {
    judgedAt: observation.at,
    count: 1,
    result,
    bytesSent: 0,
    bytesReceived: 0,
  });
}

export function addFlow(parts: Parts, observation: FlowObservation): void {
  const { result, bytesSent, bytesReceived } = observation;
  add(parts, observation, { judgedAt: "begun", count: 0, result, bytesSent, bytesReceived });
}

/** What a sensor saw too has been counted by it; what only the packet filter saw counts here. */
export function addRefusedPackets(
  { judge, coalescer }: Pick<Parts, "judge" | "coalescer">,
  { address, processId, isRefused, packets, at }: RefusedPackets,
): void {
  if (processId !== null && !isRefused) return;
  const judgement = judge(address, at);
  // The packet filter is what really decided, also when an address has expired between its look and this one.
  const isOverruled = isRefused && judgement.verdict === "allowed";
  const final: Judgement = isOverruled
    ? { ...judgement, verdict: "blocked", rule: "default" }
    : judgement;
  coalescer.addFlow(`c ${processId} ${toAddressKey(address)}${isOverruled ? " !" : ""}`, at, {
    count: processId === null ? 1 : 0,
    bytesSent: 0,
    bytesReceived: 0,
    packetsRefused: isRefused ? packets : 0,
    describe: () => toConnection(processId, address, final),
  });
}

function add(
  { processes, judge, coalescer }: Parts,
  { process, address, at }: ConnectObservation | FlowObservation,
  { judgedAt, ...news }: FlowNews & { readonly judgedAt: Microseconds | "begun" },
): void {
  const id = processes.toId(process);
  coalescer.addFlow(`c ${id} ${toAddressKey(address)}`, at, {
    ...news,
    describe: () => toConnection(id, address, judge(address, judgedAt)),
  });
}

function toConnection(
  process: string | null,
  { transport, family, ip, port, path }: FlowAddress,
  { verdict, rule, domain }: Judgement,
): RepeatableBody {
  return {
    kind: "connection",
    process,
    network: { transport, family },
    destination: {
      ...(ip === undefined ? {} : { ip }),
      ...(port === undefined ? {} : { port }),
      ...(domain === undefined ? {} : { domain }),
      ...(path === undefined ? {} : { path }),
    },
    verdict,
    rule,
  };
}
