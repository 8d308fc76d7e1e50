import { MAX_ATTRIBUTE_VALUE_BYTES, toNest, toTextAttribute } from "./netlink-attributes.ts";
import { NLM_F_ACK, NLM_F_CREATE, NLM_F_REQUEST, toMessage } from "./netlink-message.ts";
import { type AddressElement, type Element, toListElement } from "./set-element.ts";

/** include/uapi/linux/netfilter/nfnetlink.h and nf_tables.h */
const NFNL_MSG_BATCH_BEGIN = 0x10;
const NFNL_MSG_BATCH_END = 0x11;
const NFNL_SUBSYS_NFTABLES = 10;
const NFPROTO_INET = 1;
const NFTA_SET_ELEM_LIST_TABLE = 1;
const NFTA_SET_ELEM_LIST_SET = 2;
const NFTA_SET_ELEM_LIST_ELEMENTS = 3;
/** NFT_NAME_MAXLEN, with the NUL. */
const MAX_NAME_BYTES = 256;
/** Both ends of a batch, 20 bytes each; and a message's headers, two names and the head of the list. */
const BATCH_FRAME_BYTES = 40;
const MESSAGE_FRAME_BYTES = 20 + 2 * (4 + MAX_NAME_BYTES) + 4;

const MESSAGE_TYPES = {
  add: (NFNL_SUBSYS_NFTABLES << 8) | 12,
  delete: (NFNL_SUBSYS_NFTABLES << 8) | 14,
} as const;

export type ElementOperation = keyof typeof MESSAGE_TYPES;

/** Elements of one set that fit into one message. */
interface Chunk {
  readonly set: string;
  readonly bytes: Buffer;
}

export interface Batch {
  readonly bytes: Buffer;
  /** The kernel names the first message where it refuses the batch as a whole, and acknowledges the last but one. */
  readonly firstSequence: number;
  readonly acknowledgedSequence: number;
  isDeletion(sequence: number): boolean;
}

export interface BatchPart {
  toBatch(firstSequence: number): Batch;
}

/**
 * Parts of at most `maxBytes`, each of which does all `operations` to its elements. Undefined where a name or an element
 * makes no sense.
 */
export function toBatchParts(
  table: string,
  elements: readonly (Element | AddressElement)[],
  { operations, maxBytes }: { operations: readonly ElementOperation[]; maxBytes: number },
): BatchPart[] | undefined {
  if (!isName(table)) return undefined;
  const room = Math.floor((maxBytes - BATCH_FRAME_BYTES) / operations.length);
  const chunks = toChunks(
    elements,
    Math.min(MAX_ATTRIBUTE_VALUE_BYTES, room - MESSAGE_FRAME_BYTES),
  );
  return (
    chunks &&
    toParts(chunks, room).map((part) => ({
      toBatch: (firstSequence) => toBatch({ table, part, operations, firstSequence }),
    }))
  );
}

function toChunks(
  elements: readonly (Element | AddressElement)[],
  maxBytes: number,
): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  for (const [set, members] of Map.groupBy(elements, (element) => element.set)) {
    let pending: Buffer[] = [];
    let length = 0;
    for (const member of members) {
      const bytes = toListElement(member);
      if (bytes === undefined || !isName(set)) return undefined;
      if (length + bytes.length > maxBytes) {
        chunks.push({ set, bytes: Buffer.concat(pending) });
        pending = [];
        length = 0;
      }
      pending.push(bytes);
      length += bytes.length;
    }
    chunks.push({ set, bytes: Buffer.concat(pending) });
  }
  return chunks;
}

function toParts(chunks: readonly Chunk[], room: number): Chunk[][] {
  const parts: Chunk[][] = [];
  let left = 0;
  for (const chunk of chunks) {
    const length = MESSAGE_FRAME_BYTES + chunk.bytes.length;
    const part = parts.at(-1);
    if (part === undefined || length > left) {
      parts.push([chunk]);
      left = room - length;
    } else {
      part.push(chunk);
      left -= length;
    }
  }
  return parts;
}

function toBatch(plan: {
  readonly table: string;
  readonly part: readonly Chunk[];
  readonly operations: readonly ElementOperation[];
  readonly firstSequence: number;
}): Batch {
  const { table, part, operations, firstSequence } = plan;
  const acknowledged = firstSequence + part.length * operations.length;
  const messages = [toBatchEnd(NFNL_MSG_BATCH_BEGIN, firstSequence)];
  for (const operation of operations) {
    for (const chunk of part) {
      const sequence = firstSequence + messages.length;
      const flags = NLM_F_REQUEST | (sequence === acknowledged ? NLM_F_ACK : 0);
      messages.push(toElementMessage(table, chunk, { operation, sequence, flags }));
    }
  }
  messages.push(toBatchEnd(NFNL_MSG_BATCH_END, acknowledged + 1));
  return {
    bytes: Buffer.concat(messages),
    firstSequence,
    acknowledgedSequence: acknowledged,
    isDeletion: (sequence) =>
      operations[Math.floor((sequence - firstSequence - 1) / part.length)] === "delete",
  };
}

function toBatchEnd(type: number, sequence: number): Buffer {
  return toMessage({
    type,
    flags: NLM_F_REQUEST,
    sequence,
    family: 0,
    resource: NFNL_SUBSYS_NFTABLES,
  });
}

function toElementMessage(
  table: string,
  { set, bytes }: Chunk,
  head: { operation: ElementOperation; sequence: number; flags: number },
): Buffer {
  const { operation, sequence, flags } = head;
  return toMessage(
    {
      type: MESSAGE_TYPES[operation],
      flags: operation === "add" ? flags | NLM_F_CREATE : flags,
      sequence,
      family: NFPROTO_INET,
    },
    [
      toTextAttribute(NFTA_SET_ELEM_LIST_TABLE, table),
      toTextAttribute(NFTA_SET_ELEM_LIST_SET, set),
      toNest(NFTA_SET_ELEM_LIST_ELEMENTS, [bytes]),
    ],
  );
}

function isName(text: string): boolean {
  return text !== "" && !text.includes("\0") && Buffer.byteLength(text) < MAX_NAME_BYTES;
}
