import type { ScannerMemory } from "../scanner/scanner-memory.ts";
import { STREAM_BYTES } from "./decision-schedule.ts";
import type { StreamMemory } from "./redacting-stream.ts";

export function createStreamMemory(memory: ScannerMemory): StreamMemory {
  const free: number[] = [];
  return {
    take: () => free.pop() ?? memory.allocate(STREAM_BYTES),
    giveBack: (at) => void free.push(at),
  };
}
