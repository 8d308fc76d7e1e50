import { createSocket, type Socket as UdpSocket } from "node:dgram";
import { Socket as TcpSocket } from "node:net";

import { toErrorText } from "../errors.ts";
import { toFamily } from "./ip-address.ts";
import { loadSocketLibc, type SocketRequest, type SocketLibc } from "./socket-libc.ts";

export type OpenedSocket<T> =
  | { readonly status: "opened"; readonly socket: T }
  /** `reason` ends a sentence that begins with what the socket was for. */
  | { readonly status: "failed"; readonly reason: string };

export interface MarkedTcpRequest {
  readonly ip: string;
  readonly port: number;
  /** SO_MARK of every packet from the SYN on; null leaves the socket as Node makes it. */
  readonly mark: number | null;
  /** As for `net.Socket`: stays open for writing when the other end has ended. */
  readonly allowHalfOpen?: boolean;
}

let libc: SocketLibc | undefined;

/** Neither bound nor connected yet: `connect` gives it a port of the kernel's choice. */
export function openMarkedUdp(
  family: "ipv4" | "ipv6",
  mark: number | null,
): OpenedSocket<UdpSocket> {
  const type = family === "ipv4" ? "udp4" : "udp6";
  if (mark === null) return { status: "opened", socket: createSocket(type) };
  return adoptUdp(family, mark);
}

/** Of whoever calls, at once: Node itself makes a socket in a later turn, when it is bound. */
export function openUdpNow(family: "ipv4" | "ipv6"): OpenedSocket<UdpSocket> {
  return adoptUdp(family, null);
}

function adoptUdp(family: "ipv4" | "ipv6", mark: number | null): OpenedSocket<UdpSocket> {
  return adopt({ family, kind: "datagram", mark }, (fd) => {
    const socket = createSocket(family === "ipv4" ? "udp4" : "udp6");
    socket.bind({ fd });
    return socket;
  });
}

/** Connects as `net.connect` does: the outcome comes as `connect` or `error`. */
export function connectMarkedTcp(request: MarkedTcpRequest): OpenedSocket<TcpSocket> {
  const { ip, port, mark, allowHalfOpen = false } = request;
  if (mark === null) {
    const socket = new TcpSocket({ allowHalfOpen });
    return { status: "opened", socket: socket.connect(port, ip) };
  }
  const family = toFamily(ip);
  return adopt({ family, kind: "stream", mark }, (fd) => {
    // Node connects the descriptor that it is given, in this very turn of the event loop: before it could read from it.
    return new TcpSocket({ fd, allowHalfOpen, readable: true, writable: true }).connect(port, ip);
  });
}

function adopt<T>(request: SocketRequest, take: (fd: number) => T): OpenedSocket<T> {
  libc ??= loadSocketLibc();
  const opened = libc.open(request);
  if ("error" in opened) return { status: "failed", reason: toReason(opened.error) };
  try {
    return { status: "opened", socket: take(opened.fd) };
  } catch (error) {
    libc.close(opened.fd);
    return { status: "failed", reason: toErrorText(error) };
  }
}

/** Since Linux 5.17 CAP_NET_RAW is enough too (net/core/sock.c), but no older kernel takes it. */
function toReason(error: string): string {
  if (error !== "EPERM") return `the socket could not be opened (${error})`;
  return "the socket could not be marked (EPERM): the guard needs CAP_NET_ADMIN for that";
}
