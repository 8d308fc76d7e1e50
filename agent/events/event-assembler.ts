/** From observations to events: adds who it was, for which step, and what policy says. */
import type { Observation } from "../observation.ts";
import type { AssemblerOptions } from "./assembler-options.ts";
import { addConnect, addFlow } from "./connection-events.ts";
import { addDnsQuery, addPacket } from "./egress-events.ts";
import { addAnonymousFile, addFile, addFileRead } from "./file-events.ts";
import { addMemoryAccess, addPrivilegedOperation } from "./intrusion-events.ts";
import { writeLoss, writeResources } from "./machine-events.ts";
import { writeExec, writeExit, writeFork } from "./process-events.ts";

export type EventAssembler = (observation: Observation) => void;

export function createEventAssembler(options: AssemblerOptions): EventAssembler {
  return (observation) => {
    switch (observation.kind) {
      case "fork":
        return writeFork(options, observation);
      case "exec":
        return writeExec(options, observation);
      case "exit":
        return writeExit(options, observation);
      case "connect":
        return addConnect(options, observation);
      case "flow":
        return addFlow(options, observation);
      case "file":
        return addFile(options, observation);
      case "anonymous-file":
        return addAnonymousFile(options, observation);
      case "file-read":
        return addFileRead(options, observation);
      case "memory-access":
        return addMemoryAccess(options, observation);
      case "privileged":
        options.filterAttempts?.add(observation);
        return addPrivilegedOperation(options, observation);
      case "dns-query":
        return addDnsQuery(options, observation);
      case "packet":
        return addPacket(options, observation);
      case "tamper":
        return options.tampering.add(observation);
      case "resources":
        return writeResources(options, observation);
      case "loss":
        return writeLoss(options, observation);
    }
  };
}
