/** getsockopt(2) on a socket of Node's own. */
import type { Socket } from "node:net";

import koffi from "koffi";

export interface SocketOptions {
  /** What the option holds, or nothing where the kernel refuses: ENOENT where it knows no such flow. */
  get(socket: Socket, option: { level: number; name: number; size: number }): Buffer | undefined;
}

export function loadSocketOptions(): SocketOptions {
  const getsockopt: (
    fd: number,
    level: number,
    name: number,
    value: Uint8Array,
    size: Uint32Array,
  ) => number = koffi
    .load(null)
    .func("int getsockopt(int fd, int level, int name, void *value, uint32_t *size)");
  return {
    get(socket, { level, name, size }) {
      const fd = findDescriptor(socket);
      if (fd === undefined) return undefined;
      const value = Buffer.alloc(size);
      const filled = new Uint32Array([size]);
      if (getsockopt(fd, level, name, value, filled) !== 0) return undefined;
      return filled[0] === size ? value : undefined;
    },
  };
}

/**
 * The one place that looks inside of a Node socket. Node publishes no descriptor of what it accepted; `_handle.fd` is what
 * its own cluster module and many libraries go by. If it ever goes away, connections are refused, not passed.
 */
function findDescriptor(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, "_handle");
  if (typeof handle !== "object" || handle === null || !("fd" in handle)) return undefined;
  return typeof handle.fd === "number" && handle.fd >= 0 ? handle.fd : undefined;
}
