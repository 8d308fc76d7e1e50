/**
 * Proof that sockets outside the guarded cgroup are refused: the guard, which is outside, counts as a process of the command
 * for a moment, and tries. Everything is synchronous, so that nothing else of the guard is refused meanwhile.
 */
import type { SharedState } from "./counters.ts";
import type { BpfObject } from "./libbpf.ts";
import { AF_INET, AF_INET6, type Libc, SOCK_DGRAM } from "./libc.ts";
import { toLoopbackAddress, toLoopbackAddress6 } from "./loopback-address.ts";

const EPERM = 1;

interface Sensor {
  readonly object: BpfObject;
  readonly shared: SharedState;
  readonly libc: Libc;
}

/** To be called while the guard itself is in scope. */
export function isRefusalProven({ object, shared, libc }: Sensor): boolean {
  const sockets = [
    { descriptor: libc.socket(AF_INET, SOCK_DGRAM), address: toLoopbackAddress() },
    { descriptor: libc.socket(AF_INET6, SOCK_DGRAM), address: toLoopbackAddress6() },
  ].filter(({ descriptor }) => descriptor >= 0);
  const attempts = sockets.flatMap(({ descriptor, address }) => [
    () => libc.connect(descriptor, address),
    () => libc.sendTo(descriptor, Buffer.alloc(1), address),
  ]);
  const isRefused = (attempt: () => number): boolean => attempt() < 0 && libc.errno() === EPERM;
  // These tell the kernel who the guard is, too.
  const isFree = sockets.length > 0 && !attempts.some(isRefused);
  const isProven =
    isFree && asTracked({ object, shared }, () => [...attempts, toMaker(libc)].every(isRefused));
  for (const { descriptor } of sockets) libc.close(descriptor);
  return isProven;
}

function toMaker(libc: Libc): () => number {
  return () => {
    const descriptor = libc.socket(AF_INET, SOCK_DGRAM);
    if (descriptor >= 0) libc.close(descriptor);
    return descriptor;
  };
}

function asTracked({ object, shared }: Omit<Sensor, "libc">, prove: () => boolean): boolean {
  const key = Buffer.alloc(4);
  key.writeUInt32LE(shared.guardThreadGroup());
  if (shared.guardThreadGroup() === 0) return false;
  object.addToSet("tracked", key);
  try {
    return prove();
  } finally {
    object.removeFromSet("tracked", key);
  }
}
