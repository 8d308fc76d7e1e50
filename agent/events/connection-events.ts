import type { ConnectObservation, FlowAddress, FlowObservation } from "../observation.ts";
import { toAddressKey } from "./address-key.ts";
import type { AssemblerOptions, Judgement } from "./assembler-options.ts";
import type { RepeatableBody } from "./coalescer.ts";
import type { RefusedPackets } from "./packet-matcher.ts";

type Parts = Pick<
  AssemblerOptions,
  "processes" | "judge" | "coalescer" | "packets" | "unsent" | "begun"
>;

export function addConnect(parts: Parts, observation: ConnectObservation): void {
  const { result, process, address, at } = observation;
  const id = parts.processes.toId(process);
  const key = toFlowKey(id, address);
  parts.packets.remember(id, address, at);
  if (observation.origin === "snapshot") parts.begun.add(key);
  if (observation.sendsNothing === true) {
    const isForbidden = parts.judge(address, at).verdict !== "allowed";
    if (isForbidden && parts.unsent.withhold(key)) return;
  }
  parts.coalescer.addFlow(key, at, {
    count: 1,
    result,
    bytesSent: 0,
    bytesReceived: 0,
    describe: () =>
      toConnection(id, address, parts.begun.toJudgement(key, parts.judge(address, at))),
  });
}

export function addFlow(parts: Parts, observation: FlowObservation): void {
  const { result, bytesSent, bytesReceived, process, address, at } = observation;
  const id = parts.processes.toId(process);
  const key = toFlowKey(id, address);
  const withheld = bytesSent > 0 ? parts.unsent.sent(key) : 0;
  if (bytesSent === 0 && parts.unsent.closed(key)) return;
  parts.coalescer.addFlow(key, at, {
    count: withheld,
    result,
    bytesSent,
    bytesReceived,
    describe: () =>
      toConnection(id, address, parts.begun.toJudgement(key, parts.judge(address, "begun"))),
  });
}

/** What a sensor saw too has been counted by it; what only the packet filter saw counts here. */
export function addRefusedPackets(
  { judge, coalescer, unsent }: Pick<Parts, "judge" | "coalescer" | "unsent">,
  { address, processId, isRefused, reason, packets, at }: RefusedPackets,
): void {
  const key = toFlowKey(processId, address);
  const count = processId === null || reason !== undefined ? 1 : unsent.sent(key);
  if (count === 0 && !isRefused) return;
  const policy = judge(address, at);
  const judgement = toFinalJudgement(policy, { isRefused, reason });
  const isOverruled = judgement !== policy;
  coalescer.addFlow(isOverruled ? `${key} ${judgement.rule} ${judgement.domain}` : key, at, {
    count,
    bytesSent: 0,
    bytesReceived: 0,
    packetsRefused: isRefused ? packets : 0,
    describe: () => toConnection(processId, address, judgement),
  });
}

/** Who refused really decided, also where an address has expired between its look and this one. */
function toFinalJudgement(
  policy: Judgement,
  { isRefused, reason }: Pick<RefusedPackets, "isRefused" | "reason">,
): Judgement {
  if (reason !== undefined) {
    const verdict = isRefused ? "blocked" : "would-block";
    return { verdict, rule: reason.rule, domain: reason.domain ?? policy.domain };
  }
  const isOverruled = isRefused && policy.verdict === "allowed";
  return isOverruled ? { ...policy, verdict: "blocked", rule: "default" } : policy;
}

function toFlowKey(processId: string | null, address: FlowAddress): string {
  return `c ${processId} ${toAddressKey(address)}`;
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
