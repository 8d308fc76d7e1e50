/** The few C library calls that netlink needs and Node has no function for. */
import koffi from "koffi";

const SOL_SOCKET = 1;
const SO_ATTACH_FILTER = 26;

export type NetlinkLibc = ReturnType<typeof bindCalls>;

let bound: NetlinkLibc | undefined;

/** Bound once: four sockets are opened while a command waits, and binding takes longer than that. */
export function loadNetlinkLibc(): NetlinkLibc {
  bound ??= bindCalls();
  return bound;
}

function bindCalls() {
  const library = koffi.load(null);
  const socket: (family: number, type: number, protocol: number) => number = library.func(
    "int socket(int family, int type, int protocol)",
  );
  const bind: (socket: number, address: Uint8Array, size: number) => number = library.func(
    "int bind(int socket, const void *address, uint32_t size)",
  );
  const connect: (socket: number, address: Uint8Array, size: number) => number = library.func(
    "int connect(int socket, const void *address, uint32_t size)",
  );
  const getsockname: (socket: number, address: Uint8Array, size: Uint32Array) => number =
    library.func("int getsockname(int socket, void *address, void *size)");
  const setsockopt: (
    socket: number,
    level: number,
    name: number,
    value: Int32Array,
    size: number,
  ) => number = library.func(
    "int setsockopt(int socket, int level, int name, const void *value, uint32_t size)",
  );
  const program = koffi.struct({ length: "uint16_t", instructions: "void *" });
  const attachFilter: (
    socket: number,
    level: number,
    name: number,
    filter: { length: number; instructions: Uint8Array },
    size: number,
  ) => number = library.func("setsockopt", "int", [
    "int",
    "int",
    "int",
    koffi.pointer(program),
    "uint32_t",
  ]);
  const getsockopt: (
    socket: number,
    level: number,
    name: number,
    value: Int32Array,
    size: Uint32Array,
  ) => number = library.func(
    "int getsockopt(int socket, int level, int name, void *value, void *size)",
  );
  const send: (socket: number, bytes: Uint8Array, size: number, flags: number) => number =
    library.func("int64_t send(int socket, const void *bytes, size_t size, int flags)");
  const recvfrom: (
    socket: number,
    bytes: Uint8Array,
    size: number,
    flags: number,
    address: Uint8Array,
    addressSize: Uint32Array,
  ) => number = library.func(
    "int64_t recvfrom(int socket, void *bytes, size_t size, int flags, void *address, void *address_size)",
  );
  const poll: (entry: Uint8Array, count: number, timeoutMs: number) => number = library.func(
    "int poll(void *entry, unsigned long count, int timeout)",
  );
  const close: (descriptor: number) => number = library.func("int close(int descriptor)");
  const if_indextoname: (index: number, name: Uint8Array) => bigint | null = library.func(
    "void *if_indextoname(unsigned int index, void *name)",
  );
  return {
    socket,
    bind,
    connect,
    getsockname,
    setsockopt,
    /** SO_ATTACH_FILTER (socket(7)) with instructions of eight bytes each. */
    attachFilter: (descriptor: number, instructions: Uint8Array) =>
      attachFilter(
        descriptor,
        SOL_SOCKET,
        SO_ATTACH_FILTER,
        { length: instructions.length / 8, instructions },
        koffi.sizeof(program),
      ),
    getsockopt,
    send,
    recvfrom,
    poll,
    close,
    deviceName: if_indextoname,
    errno: (): number => koffi.errno(),
  };
}
