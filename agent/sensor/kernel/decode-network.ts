import { constants } from "node:os";

import type { Transport } from "../../../protocol/index.ts";
import type {
  ConnectObservation,
  ConnectResult,
  FlowAddress,
  FlowObservation,
  Microseconds,
} from "../../observation.ts";
import { formatIpv4, formatIpv6 } from "../ip-address.ts";
import type { RecordView } from "./record-view.ts";

const KEY_OFFSET = 24;
const ADDRESS_OFFSET = 32;
const AF_INET = 2;
const SOCK_RAW = 3;
const FLOW_ESTABLISHED = 1;
const NEVER_BEGAN = -1;
const ABANDONED = -2;
const SENDS_NOTHING = 1;
const VIA_IO_URING = 1;

const TRANSPORTS: Readonly<Record<number, Transport>> = {
  1: "icmp",
  6: "tcp",
  17: "udp",
  58: "icmp",
  262: "tcp", // MPTCP
};

const RESULTS: ReadonlyMap<number, ConnectResult> = new Map([
  [constants.errno.ECONNREFUSED, "refused"],
  [constants.errno.ETIMEDOUT, "timed-out"],
  [constants.errno.EHOSTUNREACH, "unreachable"],
  [constants.errno.ENETUNREACH, "unreachable"],
  [constants.errno.EPERM, "denied"],
  [constants.errno.EACCES, "denied"],
  [constants.errno.EINPROGRESS, "in-progress"],
  [constants.errno.EAGAIN, "in-progress"],
]);

export function decodeConnect(view: RecordView, at: Microseconds): ConnectObservation {
  return {
    kind: "connect",
    at,
    process: view.process,
    address: readAddress(view),
    origin: "live",
    ...((view.flags & SENDS_NOTHING) !== 0 && { sendsNothing: true }),
  };
}

export function decodeFlow(view: RecordView, at: Microseconds): FlowObservation {
  const address = readAddress(view);
  const result = flowResult(view);
  return {
    kind: "flow",
    at,
    process: view.process,
    address,
    ...(result === undefined ? {} : { result }),
    bytesSent: view.u64(56),
    bytesReceived: view.u64(64),
  };
}

function flowResult(view: RecordView): ConnectResult | undefined {
  if (view.flags === FLOW_ESTABLISHED) return "established";
  const error = view.i32(48);
  if (error === NEVER_BEGAN) return "failed";
  if (error === ABANDONED) return "abandoned";
  if (error !== 0) return RESULTS.get(error) ?? "failed";
  return undefined;
}

export function decodeUnixConnect(view: RecordView, at: Microseconds): ConnectObservation {
  const error = -view.i32(24);
  const result = error === 0 ? "established" : (RESULTS.get(error) ?? "failed");
  return {
    kind: "connect",
    at,
    process: view.process,
    address: {
      transport: "unix",
      family: "unix",
      path: readUnixPath(view.bytes(32, view.u16(28))),
    },
    result: view.flags === VIA_IO_URING ? "in-progress" : result,
    origin: "live",
  };
}

/** unix(7): a path ends at its first NUL; an abstract name begins with one and ends with the address. */
function readUnixPath(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("utf8");
  if (text.startsWith("\0")) return `@${text.slice(1).replace(/\0+$/, "")}`;
  return text.split("\0", 1)[0] ?? "";
}

function readAddress(view: RecordView): FlowAddress {
  const isIpv4 = view.u16(KEY_OFFSET) === AF_INET;
  const type = view.u16(KEY_OFFSET + 4);
  const protocol = view.u16(KEY_OFFSET + 6);
  return {
    transport: type === SOCK_RAW ? "raw" : (TRANSPORTS[protocol] ?? "other"),
    family: isIpv4 ? "ipv4" : "ipv6",
    ip: isIpv4
      ? formatIpv4(view.bytes(ADDRESS_OFFSET, 4))
      : formatIpv6(view.bytes(ADDRESS_OFFSET, 16)),
    port: view.u16(KEY_OFFSET + 2),
  };
}
