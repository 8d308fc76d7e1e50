import koffi from "koffi";

const AF_NETLINK = 16;
const SOCK_RAW = 3;
const NETLINK_NETFILTER = 12;

/** Sends netlink's bytes to another program's socket or to a group, as a program with rights in the namespace may. */
export function sendForged(
  bytes: Uint8Array,
  to: { portId: number } | { group: number },
  protocol = NETLINK_NETFILTER,
): boolean {
  const libc = koffi.load(null);
  const socket = libc.func("int socket(int family, int type, int protocol)");
  const sendto = libc.func(
    "int64_t sendto(int socket, const void *bytes, size_t size, int flags, const void *address, uint32_t address_size)",
  );
  const close = libc.func("int close(int descriptor)");
  const address = Buffer.alloc(12);
  address.writeUInt16LE(AF_NETLINK, 0);
  if ("portId" in to) address.writeUInt32LE(to.portId, 4);
  else address.writeUInt32LE(1 << (to.group - 1), 8);
  const descriptor: unknown = socket(AF_NETLINK, SOCK_RAW, protocol);
  const sent: unknown = sendto(descriptor, bytes, bytes.length, 0, address, address.length);
  close(descriptor);
  return sent === bytes.length;
}
