import { errorOf, NLM_F_DUMP, NLM_F_REQUEST, NLMSG_DONE, toMessage } from "./netlink-message.ts";
import { createNetlinkSocket } from "./netlink-socket.ts";
import { parseRulesetMessage } from "./ruleset-message.ts";

/** include/uapi/linux/netfilter/nf_tables.h, behind the number of the subsystem. */
const NFT_MSG_GETTABLE = (10 << 8) | 1;
const EVERY_FAMILY = 0;
/** A table's name has 255 bytes at most, and the kernel tells the next ones when these have been read. */
const RECEIVE_BUFFER_BYTES = 262_144;

/**
 * Names of all tables in the network namespace of the calling thread: a thousandth of what it takes to start nft, which is for
 * whoever needs to know more of them. Undefined where the kernel does not say.
 */
export function readTableNames(): readonly string[] | undefined {
  using socket = createNetlinkSocket({ receiveBufferBytes: RECEIVE_BUFFER_BYTES });
  const flags = NLM_F_REQUEST | NLM_F_DUMP;
  const request = { type: NFT_MSG_GETTABLE, flags, sequence: 1, family: EVERY_FAMILY };
  if (socket.send(toMessage(request)) !== 0) return undefined;
  const { messages, hasOverrun } = socket.receive();
  const isWhole = messages.some(({ type }) => type === NLMSG_DONE);
  const isRefused = messages.some((message) => errorOf(message) !== undefined);
  if (hasOverrun || isRefused || !isWhole) return undefined;
  return messages.flatMap((message) => {
    const parsed = parseRulesetMessage(message);
    return parsed?.kind === "change" ? [parsed.table] : [];
  });
}
