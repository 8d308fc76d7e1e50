import { readFileSync } from "node:fs";

/** Of a flow between two sockets (SS_CONNECTED of include/uapi/linux/net.h), as opposed to a socket that waits for some. */
const CONNECTED = "03";
/** containerd and CRI-O serve engines and kubelets, which keep connections open all the time. */
const OF_ENGINES = /containerd|crio/;

/** Whoever was connected before goes on: permissions are asked for once. A sentence for each of these sockets. */
export function describeOpenConnections(paths: readonly string[], root = ""): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of readTable(root).split("\n")) {
    // Num RefCount Protocol Flags Type St Inode Path: it is the engine's end that has the path.
    const [, , , , , state, , ...rest] = line.trim().split(/ +/);
    const path = rest.join(" ");
    if (state === CONNECTED) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  return paths.flatMap((path) => {
    const count = counts.get(path) ?? counts.get(path.replace(/^\/run\//, "/var/run/")) ?? 0;
    if (count === 0 || OF_ENGINES.test(path)) return [];
    return [`connections to ${path} that were open before go on: ${count}`];
  });
}

function readTable(root: string): string {
  try {
    return readFileSync(`${root}/proc/net/unix`, "latin1");
  } catch {
    return "";
  }
}
