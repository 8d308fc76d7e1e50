/** A guard that does nothing but to have its table taken away when it dies. */
import { createRemovalOnDeath } from "../../../../agent/egress/nftables/removal-on-death.ts";

const [, , nft = "", text = "", how = ""] = process.argv;

createRemovalOnDeath({
  nft,
  text,
  ...(how !== "open" && { holdWhile: how }),
  onEnded: () => undefined,
});
setInterval(() => undefined, 1_000);
// The children have begun by now, but what they read comes from a pipe that is written to in turns of the loop.
setImmediate(() => process.stdout.write("ready\n"));
