import type { ConnectObservation, FlowAddress, FlowObservation } from "../observation.ts";
import type { AssemblerOptions, Judgement } from "./assembler-options.ts";
import type { FlowNews, RepeatableBody } from "./coalescer.ts";

type Parts = Pick<AssemblerOptions, "processes" | "judge" | "coalescer">;

export function addConnect(parts: Parts, observation: ConnectObservation): void {
  const { result } = observation;
  add(parts, observation, { count: 1, result, bytesSent: 0, bytesReceived: 0 });
}

export function addFlow(parts: Parts, observation: FlowObservation): void {
  const { result, bytesSent, bytesReceived } = observation;
  add(parts, observation, { count: 0, result, bytesSent, bytesReceived });
}

function add(
  { processes, judge, coalescer }: Parts,
  { process, address, at }: ConnectObservation | FlowObservation,
  news: FlowNews,
): void {
  const id = processes.toId(process);
  coalescer.addFlow(`c ${id} ${toAddressKey(address)}`, at, {
    ...news,
    describe: () => toConnection(id, address, judge(address)),
  });
}

function toAddressKey({ transport, family, ip = "", port = 0, path = "" }: FlowAddress): string {
  return `${transport} ${family} ${ip} ${port} ${path}`;
}

function toConnection(
  process: string,
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
