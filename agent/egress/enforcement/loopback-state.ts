import { networkInterfaces } from "node:os";

/** What is redirected to the gate goes by loopback. Interfaces that are down are not listed. */
export function isLoopbackUp(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ internal, address }) => internal && address === "127.0.0.1"),
  );
}
