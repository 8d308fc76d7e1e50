/** Enters a control group, makes each attempt in turn, and prints how they went. */
import { writeFileSync } from "node:fs";

import koffi from "koffi";

import type { Attempt, Outcome } from "./attempt.ts";

const [, , cgroup = "", text = "[]"] = process.argv;
if (cgroup !== "") writeFileSync(`${cgroup}/cgroup.procs`, `${process.pid}`);

const library = koffi.load(null);
const socket = library.func("int socket(int family, int type, int protocol)");
const setOption = library.func(
  "int setsockopt(int fd, int level, int option, const void *value, int size)",
);
const bind = library.func("int bind(int fd, const void *address, int size)");
const connect = library.func("int connect(int fd, const void *address, int size)");
const send = library.func("long send(int fd, const void *data, size_t size, int flags)");
const sendTo = library.func(
  "long sendto(int fd, const void *data, size_t size, int flags, const void *address, int length)",
);
const receive = library.func("long recv(int fd, _Out_ void *data, size_t size, int flags)");
const close = library.func("int close(int fd)");
const indexOf = library.func("unsigned int if_nametoindex(const char *name)");

const AF_INET = 2;
const AF_INET6 = 10;
const AF_PACKET = 17;
const SOL_SOCKET = 1;
/** Far more than a veth takes, and more than the second after which a neighbour is asked for again. */
const WAIT = { seconds: 2n, microseconds: 0n };

const attempts: Attempt[] = JSON.parse(text);
process.stdout.write(JSON.stringify(attempts.map(attemptOne)));

function attemptOne(attempt: Attempt): Outcome {
  switch (attempt.by) {
    case "tcp":
      return exchange(1, attempt);
    case "udp":
      return exchange(2, attempt);
    case "raw":
      return sendRaw(attempt);
    case "frame":
      return sendFrame(attempt);
    default:
      throw new Error("no such attempt");
  }
}

interface Exchange {
  readonly ip: string;
  readonly port: number;
  readonly localPort?: number;
  readonly device?: string;
  readonly mark?: number;
}

function exchange(type: number, { ip, port, localPort, device, mark }: Exchange): Outcome {
  const family = ip.includes(":") ? AF_INET6 : AF_INET;
  return withSocket([family, type, 0], (fd) => {
    const time = new BigInt64Array([WAIT.seconds, WAIT.microseconds]);
    setOption(fd, SOL_SOCKET, 20, time, 16);
    setOption(fd, SOL_SOCKET, 21, time, 16);
    setOption(fd, SOL_SOCKET, 2, new Int32Array([1]), 4);
    if (device !== undefined) setOption(fd, SOL_SOCKET, 25, Buffer.from(device), device.length);
    if (mark !== undefined) setOption(fd, SOL_SOCKET, 36, new Uint32Array([mark]), 4);
    if (localPort !== undefined) {
      const own = toAddress(family === AF_INET ? "0.0.0.0" : "::", localPort);
      if (bind(fd, own, own.length) !== 0) return errorName();
    }
    const address = toAddress(ip, port);
    if (connect(fd, address, address.length) !== 0) return errorName();
    if (send(fd, Buffer.from("hello"), 5, 0x4000) < 0) return errorName();
    const answer = Buffer.alloc(64);
    const length = Number(receive(fd, answer, answer.length, 0));
    return length < 0 ? errorName() : answer.toString("utf8", 0, length);
  });
}

function sendRaw(attempt: Attempt & { readonly by: "raw" }): Outcome {
  const family = attempt.ip.includes(":") ? AF_INET6 : AF_INET;
  return withSocket([family, 3, attempt.protocol], (fd) => {
    if (attempt.header === true) {
      const [level, option] = family === AF_INET ? [0, 3] : [41, 36];
      setOption(fd, level, option, new Int32Array([1]), 4);
    }
    if (attempt.noDefrag === true) setOption(fd, 0, 22, new Int32Array([1]), 4);
    if (attempt.hops !== undefined) setOption(fd, 41, 16, new Int32Array([attempt.hops]), 4);
    const payload = Buffer.from(attempt.payload, "hex");
    const address = toAddress(attempt.ip, 0);
    const sent = Number(sendTo(fd, payload, payload.length, 0, address, address.length));
    return sent < 0 ? errorName() : "sent";
  });
}

function sendFrame({ device, payload }: Attempt & { readonly by: "frame" }): Outcome {
  return withSocket([AF_PACKET, 3, 0], (fd) => {
    const frame = Buffer.from(payload, "hex");
    const address = Buffer.alloc(20);
    address.writeUInt16LE(AF_PACKET, 0);
    frame.copy(address, 2, 12, 14);
    address.writeInt32LE(Number(indexOf(device)), 4);
    address.writeUInt8(6, 11);
    const sent = Number(sendTo(fd, frame, frame.length, 0, address, address.length));
    return sent < 0 ? errorName() : "sent";
  });
}

function withSocket(
  kind: readonly [number, number, number],
  use: (fd: number) => Outcome,
): Outcome {
  const fd = Number(socket(...kind));
  if (fd < 0) return errorName();
  try {
    return use(fd);
  } finally {
    close(fd);
  }
}

function errorName(): string {
  const number = koffi.errno();
  return Object.entries(koffi.os.errno).find(([, value]) => value === number)?.[0] ?? `${number}`;
}

/** struct sockaddr_in and sockaddr_in6. */
function toAddress(ip: string, port: number): Buffer {
  if (!ip.includes(":")) {
    const address = Buffer.alloc(16);
    address.writeUInt16LE(AF_INET, 0);
    address.writeUInt16BE(port, 2);
    Buffer.from(ip.split(".").map(Number)).copy(address, 4);
    return address;
  }
  const address = Buffer.alloc(28);
  address.writeUInt16LE(AF_INET6, 0);
  address.writeUInt16BE(port, 2);
  toIpv6Bytes(ip).copy(address, 8);
  return address;
}

function toIpv6Bytes(ip: string): Buffer {
  const mapped = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(ip);
  const plain =
    mapped === null
      ? ip
      : `${mapped[1]}${((Number(mapped[2]) << 8) | Number(mapped[3])).toString(16)}:${((Number(mapped[4]) << 8) | Number(mapped[5])).toString(16)}`;
  const [head = "", tail = ""] = plain.split("::");
  const before = head.split(":").filter((group) => group !== "");
  const after = tail.split(":").filter((group) => group !== "");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...before, ...zeros, ...after].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  }
  return bytes;
}
