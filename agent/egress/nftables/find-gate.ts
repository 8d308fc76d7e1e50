/** Whether a guard's DNS gate answers in this network namespace: proof of life where its pid says nothing. */
import { readFileSync } from "node:fs";

import { listNft } from "./nft-program.ts";

const TABLES = ["/proc/net/udp", "/proc/net/udp6"];

/**
 * False where the table does not say where the gate is. A job can listen there in a dead guard's place; then the block stays
 * and no guard follows, which is the safe way round.
 */
export async function isGateListening(nft: string, table: string): Promise<boolean> {
  const listing = await listNft(nft, ["chain", "inet", table, "redirect_flow"]);
  if (listing.status === "failed") return false;
  const ports = [...listing.text.matchAll(/th dport 53 redirect to :(\d+)/g)].map(([, port]) =>
    Number(port),
  );
  const bound = readBoundPorts();
  return ports.some((port) => bound.has(port));
}

/** Second column of net/ipv4/udp.c: address and port of the socket, in hexadecimal. */
function readBoundPorts(): ReadonlySet<number> {
  const text = TABLES.map(read).join("\n");
  return new Set(
    [...text.matchAll(/^ *\d+: [0-9A-F]+:([0-9A-F]{4}) /gm)].map(([, port = ""]) =>
      Number.parseInt(port, 16),
    ),
  );
}

function read(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
