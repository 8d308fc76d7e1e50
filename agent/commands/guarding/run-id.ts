import { readFileSync } from "node:fs";

/** From the kernel (random(4)): loading OpenSSL for it would take 6 MB. */
export function createRunId(): string {
  return readFileSync("/proc/sys/kernel/random/uuid", "latin1").trim();
}
