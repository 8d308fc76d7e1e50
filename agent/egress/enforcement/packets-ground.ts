/** What enforcement on packets stands on: had at once, and before anything is started. */
import type { FoundResolvers } from "../dns/configured-resolvers.ts";
import type { EgressOptions } from "../egress.ts";
import { findNft } from "../nftables/nft-program.ts";
import { type CommandPlace, createCommandPlace } from "./command-place.ts";
import type { Knowledge } from "./knowledge.ts";
import { isLoopbackUp } from "./loopback-state.ts";
import type { Unavailable } from "./means.ts";

/** Where distributions have it. Not PATH: a job's own directories may be on that. */
const NFT_DIRECTORIES = "/usr/sbin:/sbin:/usr/bin:/bin";

export interface PacketsGround {
  readonly nft: string;
  readonly resolvers: FoundResolvers;
  /** To be disposed of. */
  readonly place: CommandPlace;
}

export function findPacketsGround(
  options: Pick<EgressOptions, "scope" | "cgroupRoot" | "runId">,
  { configured }: Pick<Knowledge, "configured">,
): PacketsGround | Unavailable {
  const nft = findNft(NFT_DIRECTORIES);
  if (nft === undefined) return { unavailable: "the program nft is missing (package nftables)" };
  if (!isLoopbackUp()) return { unavailable: "loopback is down, and names are served there" };
  if (configured.status === "unusable") return { unavailable: configured.reason };
  const place = createCommandPlace(options);
  return "unavailable" in place ? place : { nft, resolvers: configured, place };
}
