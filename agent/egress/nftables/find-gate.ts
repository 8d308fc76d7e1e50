/** Whether a guard's DNS gate answers in this network namespace: proof of life where its pid says nothing. */
import { readProcNet } from "../proc-net.ts";
import { listNft } from "./nft-program.ts";

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
  const text = `${readProcNet("udp")}\n${readProcNet("udp6")}`;
  return new Set(
    [...text.matchAll(/^ *\d+: [0-9A-F]+:([0-9A-F]{4}) /gm)].map(([, port = ""]) =>
      Number.parseInt(port, 16),
    ),
  );
}
