import { release } from "node:os";
import { getSystemErrorName } from "node:util";

import { parseIpAddress, toIpText } from "../ip-address.ts";
import {
  type Batch,
  type BatchPart,
  type ElementOperation,
  toBatchParts,
} from "./element-batch.ts";
import { errorOf, type NetlinkMessage } from "./netlink-message.ts";
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

const ENOENT = 2;
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "the table or the set is not there",
  ENFILE: "the set is full",
  EEXIST: "a range overlaps one that is there",
  ENOTEMPTY: "a range overlaps one that is there",
  EINVAL: "the set has keys of another kind",
  EPERM: "that needs NET_ADMIN",
};

/** Operations that make one batch, and how often the batch is sent. */
interface Plan {
  readonly operations: readonly ElementOperation[];
  readonly times: number;
}

/**
 * Twice, because of an element whose time runs out while the batch is being dealt with: the kernel's collector of garbage
 * may mark it as dead after it was found to be there and before it is renewed, and then it is gone in spite of that. The
 * second time it is dead from the beginning and made anew. Packets always find an element that is alive.
 */
const RENEW_IN_PLACE: Plan = { operations: ["add"], times: 2 };
/**
 * For kernels that leave the timeout of an element as it is: it is taken out and in again, and added before, since only
 * what is there can be taken out. Packets see the result of all three at once.
 */
const REPLACE: Plan = { operations: ["add", "delete", "add"], times: 1 };
const REMOVE: Plan = { operations: ["add", "delete"], times: 1 };
/** The same collector may take an element away between its being added and deleted, which refuses the batch. */
const MAX_TRIES = 4;

export type WriteResult =
  | { readonly status: "written" }
  | { readonly status: "refused"; readonly reason: string };

export interface ElementWriter extends Disposable {
  readonly portId: number;
  /**
   * Adds elements, and lets those that are there live for their timeout from now on. The kernel has them when it returns.
   * It takes all or none; only what does not fit into the send buffer, many thousands of elements, is written in parts,
   * each of which is taken whole or not at all. Takes about 25 µs; 14 ms where the kernel refuses it, since it then waits
   * for all of its processors.
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
  const plan = mayRenewInPlace(kernelRelease) ? RENEW_IN_PLACE : REPLACE;
  const write = createBatchWriter(socket);
  return {
    portId: socket.portId,
    put: (table, elements) => write(table, withoutRepeats(elements), plan),
    remove: (table, elements) => write(table, withoutRepeats(elements), REMOVE),
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
  const sendPart = (part: BatchPart): Refusal | undefined => {
    const batch = part.toBatch(nextSequence);
    nextSequence = batch.acknowledgedSequence + 2;
    if (nextSequence > LAST_FIRST_SEQUENCE) nextSequence = 1;
    return sendBatch(socket, batch);
  };
  return (
    table: string,
    elements: readonly (Element | AddressElement)[],
    { operations, times }: Plan,
  ): WriteResult => {
    const parts = toBatchParts(table, elements, { operations, maxBytes: socket.maxSendBytes });
    if (parts === undefined) return refused("one of the elements cannot be written as netlink");
    for (const [index, part] of parts.entries()) {
      let refusal: Refusal | undefined;
      for (let sent = 0, tries = 0; sent < times && tries < MAX_TRIES; tries += 1) {
        refusal = sendPart(part);
        if (refusal === undefined) sent += 1;
        else if (!refusal.hasVanished) break;
      }
      if (refusal === undefined) continue;
      const { reason } = refusal;
      return refused(index === 0 ? reason : `${reason}, after ${index} parts had been written`);
    }
    return { status: "written" };
  };
}

interface Refusal {
  readonly reason: string;
  /** An element that was to be deleted was not there any more. */
  readonly hasVanished: boolean;
}

/** Undefined where the kernel took it. */
function sendBatch(socket: NetlinkSocket, batch: Batch): Refusal | undefined {
  // Answers to earlier batches that nobody waited for.
  socket.receive();
  const error = socket.send(batch.bytes);
  if (error !== 0) return { reason: toReason(error), hasVanished: false };
  const deadline = performance.now() + ANSWER_TIMEOUT_MS;
  for (;;) {
    const { messages, hasOverrun } = socket.receive();
    const answer = readAnswer(messages, batch);
    if (answer.refusal !== undefined) return answer.refusal;
    if (hasOverrun) return { reason: "the kernel's answer was lost", hasVanished: false };
    if (answer.isAcknowledged) return undefined;
    const leftMs = deadline - performance.now();
    if (leftMs <= 0) {
      const reason = `the kernel did not answer within ${ANSWER_TIMEOUT_MS} ms`;
      return { reason, hasVanished: false };
    }
    socket.waitForInput(Math.ceil(leftMs));
  }
}

/** The last message is acknowledged also where one before it was refused, and with it the batch. */
function readAnswer(
  messages: readonly NetlinkMessage[],
  batch: Batch,
): { refusal: Refusal | undefined; isAcknowledged: boolean } {
  let isAcknowledged = false;
  for (const message of messages) {
    const code = errorOf(message);
    const { sequence } = message;
    const { firstSequence, acknowledgedSequence } = batch;
    if (code === undefined || sequence < firstSequence || sequence > acknowledgedSequence) continue;
    if (code !== 0) {
      const hasVanished = code === ENOENT && batch.isDeletion(sequence);
      return { refusal: { reason: toReason(code), hasVanished }, isAcknowledged };
    }
    isAcknowledged ||= sequence === acknowledgedSequence;
  }
  return { refusal: undefined, isAcknowledged };
}

function refused(reason: string): WriteResult {
  return { status: "refused", reason };
}

function toReason(error: number): string {
  const name = getSystemErrorName(-error);
  const meaning = REASONS[name];
  return meaning === undefined ? name : `${meaning} (${name})`;
}
