/** What the kernel's program ends a process for by itself: policy's rules, as far as they need nothing but what it sees. */
import type { Policy, RuleSetting } from "../../protocol/index.ts";
import type { Kills } from "../sensor/kernel/kills.ts";

/** Of rules that kill unless policy says otherwise. */
export function toKernelKills(rules: Policy["rules"]): Kills {
  return {
    memoryReaders: kills(rules["runner-memory-read"]),
    guardAttackers: kills(rules["guard-tamper"]),
    programs: [],
    files: [],
  };
}

/** Whatever is graver than killing the process kills it too. */
function kills(setting: RuleSetting | undefined): boolean {
  return setting !== "off" && setting?.response !== "report";
}
