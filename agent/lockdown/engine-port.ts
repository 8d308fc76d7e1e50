import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Docker's port without TLS (2375), as hexadecimal digits; whoever reaches it is asked for nothing. */
const PORT = "0947";
/** TCP_LISTEN of include/net/tcp_states.h */
const LISTENING = "0A";

/** Whether an engine listens on a port of this network namespace, where no permission of a file holds anybody. */
export function hasEnginePort(root = "/"): boolean {
  return ["proc/net/tcp", "proc/net/tcp6"].some((table) =>
    readText(join(root, table))
      .split("\n")
      .some((line) => {
        const [, local = "", , state] = line.trim().split(/\s+/);
        return state === LISTENING && local.endsWith(`:${PORT}`);
      }),
  );
}

function readText(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
