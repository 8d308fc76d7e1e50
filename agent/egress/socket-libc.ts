/** The C library calls behind a marked socket: Node can neither set SO_MARK nor hand out a descriptor to set it on. */
import koffi from "koffi";

export interface SocketLibc {
  /** The descriptor of a socket that does not block and is not inherited, or the name of the error. */
  open(request: SocketRequest): { readonly fd: number } | { readonly error: string };
  close(fd: number): void;
}

export interface SocketRequest {
  readonly family: "ipv4" | "ipv6";
  readonly kind: "stream" | "datagram";
  /** SO_MARK, or null for none. */
  readonly mark: number | null;
}

/** include/linux/socket.h, include/linux/net.h and include/uapi/asm-generic/socket.h; the same on x64 and arm64. */
const AF = { ipv4: 2, ipv6: 10 };
const SOCK = { stream: 1, datagram: 2 };
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2_000_000;
const SOL_SOCKET = 1;
const SO_MARK = 36;

export function loadSocketLibc(): SocketLibc {
  const library = koffi.load(null);
  const socket: (family: number, type: number, protocol: number) => number = library.func(
    "int socket(int family, int type, int protocol)",
  );
  const setOption: (
    fd: number,
    level: number,
    option: number,
    value: Uint32Array,
    size: number,
  ) => number = library.func(
    "int setsockopt(int fd, int level, int option, const void *value, uint32_t size)",
  );
  const close: (fd: number) => number = library.func("int close(int fd)");

  return {
    open({ family, kind, mark }) {
      const fd = socket(AF[family], SOCK[kind] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      if (fd < 0) return { error: toErrorName(koffi.errno()) };
      if (mark === null) return { fd };
      const value = new Uint32Array([mark]);
      if (setOption(fd, SOL_SOCKET, SO_MARK, value, value.byteLength) === 0) return { fd };
      const error = toErrorName(koffi.errno());
      close(fd);
      return { error };
    },
    close(fd) {
      close(fd);
    },
  };
}

function toErrorName(number: number): string {
  const name = Object.entries(koffi.os.errno).find(([, value]) => value === number)?.[0];
  return name ?? `error ${number}`;
}
