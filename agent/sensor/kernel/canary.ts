/**
 * Proof that the sensor sees: the guard does one thing of each kind itself, harmlessly, and looks whether it was told.
 * Everything is synchronous, so that nothing else of the guard is reported in between.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, renameSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Observation } from "../../observation.ts";
import { AF_INET, AF_UNIX, type Libc, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_STREAM } from "./libc.ts";
import { toLoopbackAddress } from "./loopback-address.ts";

export interface Canary {
  readonly name: string;
  /** Makes the event. Whether that works out does not matter, only that it was tried. */
  sing(): void;
  recognises(observation: Observation): boolean;
}

const UNBOUND_NAME = "runner-guard-canary";

export function createCanaries(libc: Libc): Canary[] {
  return [
    {
      name: "processes",
      sing: () => void spawnSync("/bin/true", { stdio: "ignore" }),
      recognises: createSequence(["fork", "exec", "exit"]),
    },
    {
      name: "TCP connections",
      sing: () => connectAndClose(libc, AF_INET, SOCK_STREAM, toLoopbackAddress()),
      recognises: (observation) =>
        observation.kind === "connect" && observation.address.transport === "tcp",
    },
    {
      name: "UDP datagrams",
      sing: () => sendDatagram(libc),
      recognises: (observation) =>
        observation.kind === "connect" && observation.address.transport === "udp",
    },
    {
      name: "Unix connections",
      sing: () => connectAndClose(libc, AF_UNIX, SOCK_STREAM, abstractAddress()),
      recognises: (observation) =>
        observation.kind === "connect" && observation.address.path === `@${UNBOUND_NAME}`,
    },
    {
      name: "files",
      sing: writeRenameDelete,
      recognises: createSequence(["create", "rename", "delete"]),
    },
    {
      name: "memory access",
      sing: readOtherEnvironment,
      recognises: ({ kind }) => kind === "memory-access",
    },
    {
      name: "privileged operations",
      // Leaving no namespace at all: permitted to everyone, changes nothing.
      sing: () => void libc.unshare(0),
      recognises: (observation) =>
        observation.kind === "privileged" && observation.operation === "unshare",
    },
  ];
}

/** Recognises once all of the given kinds or file operations have come by. */
function createSequence(steps: readonly string[]): (observation: Observation) => boolean {
  const missing = new Set(steps);
  return (observation) => {
    missing.delete(observation.kind === "file" ? observation.operation : observation.kind);
    return missing.size === 0;
  };
}

function connectAndClose(libc: Libc, family: number, type: number, address: Uint8Array): void {
  const socket = libc.socket(family, type | SOCK_NONBLOCK);
  if (socket < 0) return;
  libc.connect(socket, address);
  libc.close(socket);
}

function sendDatagram(libc: Libc): void {
  const socket = libc.socket(AF_INET, SOCK_DGRAM);
  if (socket < 0) return;
  libc.sendTo(socket, Buffer.alloc(1), toLoopbackAddress());
  libc.close(socket);
}

/** struct sockaddr_un with an abstract name (unix(7)). */
function abstractAddress(): Buffer {
  const address = Buffer.from(`\0\0\0${UNBOUND_NAME}`, "latin1");
  address.writeUInt16LE(AF_UNIX, 0);
  return address;
}

function writeRenameDelete(): void {
  let directory: string | undefined;
  try {
    directory = mkdtempSync(join(tmpdir(), "runner-guard-canary-"));
    closeSync(openSync(join(directory, "egg"), "wx"));
    renameSync(join(directory, "egg"), join(directory, "chick"));
    unlinkSync(join(directory, "chick"));
  } catch {
    // A full or read-only disk: the sensor then lacks its proof, and says so.
  } finally {
    if (directory !== undefined) rmSync(directory, { recursive: true, force: true });
  }
}

/** A process's own is nobody's business. The first of a pid namespace has no parent that it could name. */
function readOtherEnvironment(): void {
  if (process.ppid !== 0) tryOpen(`/proc/${process.ppid}/environ`);
  else spawnSync("/bin/cat", [`/proc/${process.pid}/environ`], { stdio: "ignore" });
}

function tryOpen(path: string): void {
  try {
    closeSync(openSync(path, "r"));
  } catch {
    // Being refused is an event as well.
  }
}
