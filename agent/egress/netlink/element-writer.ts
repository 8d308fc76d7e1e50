import { release } from "node:os";
import { getSystemErrorName } from "node:util";

import { parseIpAddress, toIpText } from "../ip-address.ts";
import { type Batch, type ElementOperation, toBatchParts } from "./element-batch.ts";
import { errorOf } from "./netlink-message.ts";
import { createNetlinkSocket, type NetlinkSocket } from "./netlink-socket.ts";
import type { AddressElement, Element } from "./set-element.ts";

export type { AddressElement, Element };

/** The kernel answers while a message is being sent; a second is for one that is stuck. */
const ANSWER_TIMEOUT_MS = 1000;
/** Acknowledgements are 36 bytes. */
const RECEIVE_BUFFER_BYTES = 256 * 1024;
/** Room for about 15,000 elements in one part; the kernel doubles it for its own bookkeeping. */
const SEND_BUFFER_BYTES = 512 * 1024;
/** Sequence numbers have 32 bits, and a batch never needs this many. */
const LAST_FIRST_SEQUENCE = 0xff00_0000;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "the table or the set is not there",
  ENFILE: "the set is full",
  EEXIST: "a range overlaps one that is there",
  ENOTEMPTY: "a range overlaps one that is there",
  EINVAL: "the set has keys of another kind",
  EPERM: "that needs NET_ADMIN",
};

export type WriteResult =
  | { readonly status: "written" }
  | { readonly status: "refused"; readonly reason: string };

export interface ElementWriter extends Disposable {
  readonly portId: number;
  /**
   * Adds elements, and lets those that are there live for their timeout from now on. The kernel has them when it returns.
   * It takes all or none; only what does not fit into the send buffer, many thousands of elements, is written in parts,
   * each of which is taken whole or not at all.
   */
  put(table: string, elements: readonly (Element | AddressElement)[]): WriteResult;
  /** As `put`. Elements that are not there are as good as removed. */
  remove(table: string, elements: readonly (Element | AddressElement)[]): WriteResult;
}

/**
 * Writes elements of sets with timeouts in tables of the family inet, in the network namespace of the calling thread.
 * `kernelRelease` as uname(2) gives it.
 */
export function createElementWriter(kernelRelease: string = release()): ElementWriter {
  const socket = createNetlinkSocket({
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
    sendBufferBytes: SEND_BUFFER_BYTES,
  });
  // An element that is there has to be taken out first where the kernel would leave its timeout as it is, and can be
  // taken out only if it is there; that is why it is added before. Packets see the result of all three at once.
  const renewal: readonly ElementOperation[] = mayRenewInPlace(kernelRelease)
    ? ["add"]
    : ["add", "delete", "add"];
  const write = createBatchWriter(socket);
  return {
    portId: socket.portId,
    put: (table, elements) => write(table, withoutRepeats(elements), renewal),
    remove: (table, elements) => write(table, withoutRepeats(elements), ["add", "delete"]),
    [Symbol.dispose]: () => socket[Symbol.dispose](),
  };
}

/** Since 6.12 (commit 4201f3938914, "netfilter: nf_tables: set element timeout update support"). */
export function mayRenewInPlace(kernelRelease: string): boolean {
  const match = /^(\d+)\.(\d+)/.exec(kernelRelease);
  const major = Number(match?.[1] ?? 0);
  return major > 6 || (major === 6 && Number(match?.[2]) >= 12);
}

/** The one that lives longest of each, however its address is spelt: an element can be deleted only once. */
function withoutRepeats(
  elements: readonly (Element | AddressElement)[],
): readonly (Element | AddressElement)[] {
  if (elements.length < 2) return elements;
  const kept = new Map<string, Element | AddressElement>();
  for (const element of elements) {
    const { set } = element;
    const address = parseIpAddress(element.ip);
    const ip = address === undefined ? element.ip : toIpText(address);
    const { protocol, ports } = "ports" in element ? element : { protocol: -1, ports: undefined };
    const key = `${set} ${ip} ${protocol} ${ports?.from} ${ports?.to}`;
    const known = kept.get(key);
    if (known === undefined || known.timeoutMs < element.timeoutMs) kept.set(key, element);
  }
  return [...kept.values()];
}

function createBatchWriter(socket: NetlinkSocket) {
  let nextSequence = 1;
  return (
    table: string,
    elements: readonly (Element | AddressElement)[],
    operations: readonly ElementOperation[],
  ): WriteResult => {
    const parts = toBatchParts(table, elements, { operations, maxBytes: socket.maxSendBytes });
    if (parts === undefined) return refused("one of the elements cannot be written as netlink");
    for (const [index, part] of parts.entries()) {
      const batch = part.toBatch(nextSequence);
      nextSequence = batch.acknowledgedSequence + 2;
      if (nextSequence > LAST_FIRST_SEQUENCE) nextSequence = 1;
      const reason = sendBatch(socket, batch);
      if (reason === undefined) continue;
      return refused(index === 0 ? reason : `${reason}, after ${index} parts had been written`);
    }
    return { status: "written" };
  };
}

/** Why it was refused; undefined where it was not. */
function sendBatch(socket: NetlinkSocket, batch: Batch): string | undefined {
  // Answers to earlier batches that nobody waited for.
  socket.receive();
  const error = socket.send(batch.bytes);
  if (error !== 0) return toReason(error);
  const deadline = performance.now() + ANSWER_TIMEOUT_MS;
  const answer = { isComplete: false, error: 0 };
  for (;;) {
    const { messages, hasOverrun } = socket.receive();
    for (const message of messages) {
      const code = errorOf(message);
      const { firstSequence, acknowledgedSequence } = batch;
      const { sequence } = message;
      if (code === undefined || sequence < firstSequence || sequence > acknowledgedSequence) {
        continue;
      }
      answer.error ||= code;
      answer.isComplete ||= sequence === acknowledgedSequence || sequence === firstSequence;
    }
    if (answer.error !== 0) return toReason(answer.error);
    if (hasOverrun) return "the kernel's answer was lost";
    if (answer.isComplete) return undefined;
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) return `the kernel did not answer within ${ANSWER_TIMEOUT_MS} ms`;
    socket.waitForInput(Math.ceil(leftMs));
  }
}

function refused(reason: string): WriteResult {
  return { status: "refused", reason };
}

function toReason(error: number): string {
  const name = getSystemErrorName(-error);
  const meaning = REASONS[name];
  return meaning === undefined ? name : `${meaning} (${name})`;
}
