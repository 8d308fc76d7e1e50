import { toNest, toTextAttribute } from "../../../../agent/egress/netlink/netlink-attributes.ts";
import {
  errorOf,
  NLM_F_REQUEST,
  toMessage,
} from "../../../../agent/egress/netlink/netlink-message.ts";
import { createNetlinkSocket } from "../../../../agent/egress/netlink/netlink-socket.ts";
import {
  type AddressElement,
  type Element,
  toListElement,
} from "../../../../agent/egress/netlink/set-element.ts";

const NFT_MSG_GETSETELEM = (10 << 8) | 13;
const ENOENT = 2;

/** Asks the kernel for one element, which is quicker than `nft` by a factor of a thousand. */
export function createSetReader() {
  const socket = createNetlinkSocket({ receiveBufferBytes: 65_536 });
  return {
    has(table: string, element: Element | AddressElement): boolean {
      const head = { type: NFT_MSG_GETSETELEM, flags: NLM_F_REQUEST, sequence: 1, family: 1 };
      const bytes = toListElement(element);
      if (bytes === undefined) throw new Error(`no element: ${JSON.stringify(element)}`);
      const attributes = [
        toTextAttribute(1, table),
        toTextAttribute(2, element.set),
        toNest(3, [bytes]),
      ];
      const failed = socket.send(toMessage(head, attributes));
      const [answer] = socket.receive().messages;
      if (failed !== 0 || answer === undefined) throw new Error(`no answer: ${failed}`);
      const error = errorOf(answer);
      if (error !== undefined && error !== ENOENT) throw new Error(`refused: ${error}`);
      return error === undefined;
    },
    [Symbol.dispose]: () => socket[Symbol.dispose](),
  };
}
