/** The few C library calls that the life of the command needs and Node has no function for. */
import koffi from "koffi";

/** include/uapi/linux/prctl.h */
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_IS_SET = 1;
const PR_CAP_AMBIENT_RAISE = 2;
const PR_CAP_AMBIENT_LOWER = 3;
const RLIMIT_CORE = 4;
const RLIMIT_NOFILE = 7;
const SOL_SOCKET = 1;
const SO_PROTOCOL = 38;
/** Room for any sockaddr (sockaddr_storage). */
const SOCKADDR_SIZE = 128;
const P_PID = 1;
const WNOHANG = 1;
const WEXITED = 4;
const WNOWAIT = 0x0100_0000;
const SIG_DFL = 0n;
const SIG_IGN = 1n;
/** Offsets in siginfo_t for SIGCHLD on 64-bit Linux (sigaction(2)). */
const SIGINFO = { size: 128, code: 8, status: 24 };
const CLD_EXITED = 1;

export interface ProcessEnd {
  /** Exit status, or the number of the signal. */
  readonly value: number;
  readonly isSignal: boolean;
}

export type JobLibc = ReturnType<typeof loadJobLibc>;

export function loadJobLibc() {
  const library = koffi.load(null);
  const waitid = library.func(
    "int waitid(int type, uint32_t id, _Out_ uint8_t *info, int options)",
  );
  const waitpid: (pid: number, status: null, options: number) => number = library.func(
    "int waitpid(int pid, void *status, int options)",
  );
  const signal: (number: number, disposition: bigint) => unknown = library.func(
    "uintptr_t signal(int number, uintptr_t disposition)",
  );
  const setLimit: (resource: number, limit: BigUint64Array) => number = library.func(
    "int setrlimit(int resource, const void *limit)",
  );
  const getLimit: (resource: number, limit: BigUint64Array) => number = library.func(
    "int getrlimit(int resource, void *limit)",
  );
  const dup2: (from: number, to: number) => number = library.func("int dup2(int from, int to)");

  const prctl: (option: number, action: number, value: number, four: 0, five: 0) => number =
    library.func(
      "int prctl(int option, unsigned long action, unsigned long value, unsigned long four, unsigned long five)",
    );

  const getPeer: (descriptor: number, address: Buffer, length: Uint32Array) => number =
    library.func("int getpeername(int descriptor, void *address, void *length)");
  const getOption: (
    descriptor: number,
    level: number,
    option: number,
    value: Int32Array,
    length: Uint32Array,
  ) => number = library.func(
    "int getsockopt(int descriptor, int level, int option, void *value, void *length)",
  );

  return {
    /** The sockaddr of the other end; undefined where there is none, or it is no socket. */
    peerOf(descriptor: number): Buffer | undefined {
      const address = Buffer.alloc(SOCKADDR_SIZE);
      const length = new Uint32Array([SOCKADDR_SIZE]);
      return getPeer(descriptor, address, length) === 0 ? address : undefined;
    },
    /** The IP protocol of a socket; -1 where that cannot be told. */
    protocolOf(descriptor: number): number {
      const value = new Int32Array([-1]);
      getOption(descriptor, SOL_SOCKET, SO_PROTOCOL, value, new Uint32Array([value.byteLength]));
      return value[0] ?? -1;
    },
    /**
     * Programs that this thread executes do not get it by being executed (capabilities(7)), until what is returned is
     * called; the process itself keeps it.
     */
    lowerAmbient(capability: number): () => void {
      const change = (action: number): number => prctl(PR_CAP_AMBIENT, action, capability, 0, 0);
      if (change(PR_CAP_AMBIENT_IS_SET) !== 1) return () => undefined;
      change(PR_CAP_AMBIENT_LOWER);
      return () => void change(PR_CAP_AMBIENT_RAISE);
    },
    /** Waits in a thread. The process stays a zombie until `reap`, so that its pid is nobody else's meanwhile. */
    waitForEnd(pid: number): Promise<ProcessEnd> {
      const info = Buffer.alloc(SIGINFO.size);
      return new Promise((resolve, reject) => {
        waitid.async(P_PID, pid, info, WEXITED | WNOWAIT, (error: unknown, result: number) => {
          if (result !== 0) {
            reject(new Error(`cannot wait for process ${pid}`, { cause: error }));
            return;
          }
          const isSignal = info.readInt32LE(SIGINFO.code) !== CLD_EXITED;
          resolve({ value: info.readInt32LE(SIGINFO.status), isSignal });
        });
      });
    },
    reap(pid: number): void {
      waitpid(pid, null, WNOHANG);
    },
    ignoreSignal(number: number): void {
      signal(number, SIG_IGN);
    },
    resetSignal(number: number): void {
      signal(number, SIG_DFL);
    },
    duplicate(from: number, to: number): void {
      dup2(from, to);
    },
    forbidCoreDump(): void {
      setLimit(RLIMIT_CORE, new BigUint64Array([0n, 0n]));
    },
    /** Sets how many files may be open (the soft limit), and returns what undoes it. */
    limitOpenFiles(soft: bigint): () => void {
      const before = new BigUint64Array(2);
      getLimit(RLIMIT_NOFILE, before);
      setLimit(RLIMIT_NOFILE, new BigUint64Array([soft, before[1] ?? soft]));
      return () => void setLimit(RLIMIT_NOFILE, before);
    },
  };
}
