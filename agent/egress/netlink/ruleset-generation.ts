import { NLM_F_REQUEST, toMessage } from "./netlink-message.ts";
import { createNetlinkSocket } from "./netlink-socket.ts";
import { parseRulesetMessage } from "./ruleset-message.ts";

const NFT_MSG_GETGEN = (10 << 8) | 16;
/** One answer of about a hundred bytes. */
const RECEIVE_BUFFER_BYTES = 16_384;

/** A number that every transaction of nftables in the network namespace changes, those that write elements too. */
export function readGeneration(): number | undefined {
  using socket = createNetlinkSocket({ receiveBufferBytes: RECEIVE_BUFFER_BYTES });
  const head = { type: NFT_MSG_GETGEN, flags: NLM_F_REQUEST, sequence: 1, family: 0 };
  if (socket.send(toMessage(head)) !== 0) return undefined;
  for (const message of socket.receive().messages) {
    const parsed = parseRulesetMessage(message);
    if (parsed?.kind === "generation") return parsed.generation;
  }
  return undefined;
}
