/** What the kernel's program ends a process for by itself: policy's rules, as far as they need nothing but what it sees. */
import type { Policy, RuleSetting } from "../../protocol/index.ts";
import { INTERPRETERS, OTHER_SHELLS, SHELLS } from "../rules/data/command-readers.ts";
import type { CommandReader, Kills } from "../sensor/kernel/kills.ts";

/** Of rules that kill unless policy says otherwise. */
export function toKernelKills(rules: Policy["rules"]): Kills {
  return {
    memoryReaders: kills(rules["runner-memory-read"]),
    guardAttackers: kills(rules["guard-tamper"]),
    reverseShells: kills(rules["reverse-shell"]) ? COMMAND_READERS : [],
    programs: [],
    files: [],
  };
}

const COMMAND_READERS: readonly CommandReader[] = [
  ...toReaders(SHELLS, "shell"),
  ...toReaders(`${OTHER_SHELLS} ${INTERPRETERS}`, "bare"),
  ...toReaders("busybox", "applets"),
];

function toReaders(names: string, words: CommandReader["words"]): CommandReader[] {
  return names.split(" ").map((name) => ({ name, words }));
}

/** Whatever is graver than killing the process kills it too. */
function kills(setting: RuleSetting | undefined): boolean {
  return setting !== "off" && setting?.response !== "report";
}
