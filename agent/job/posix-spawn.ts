/** posix_spawn(3): unlike Node's own spawn it hands over bytes as they are, and leaves ignored signals ignored. */
import koffi from "koffi";

export interface SpawnRequest {
  readonly path: Buffer;
  readonly args: readonly Buffer[];
  /** `NAME=value` each. */
  readonly environment: readonly Buffer[];
  /** Descriptors that stay open in the program, though they are marked to be closed. */
  readonly kept: readonly number[];
  readonly closed: readonly number[];
  /** Descriptors that are others in the program. */
  readonly replaced: readonly ReplacedDescriptor[];
  /** Path of the terminal that the program leads a session of its own on; undefined: it stays in that of this process. */
  readonly sessionTerminal: string | undefined;
  readonly defaultSignals: readonly number[];
  readonly blockedSignals: readonly number[];
}

export interface ReplacedDescriptor {
  readonly descriptor: number;
  /** The descriptor of this process that it becomes. */
  readonly by: number;
}

export type SpawnResult = { readonly pid: number } | { readonly error: string };
export type PosixSpawn = (request: SpawnRequest) => SpawnResult;
/** Where the arguments of posix_spawn(3) lie: pid, path, file actions, attributes, argv, environ. */
export type SpawnAddresses = readonly [bigint, bigint, bigint, bigint, bigint, bigint];
/** The call itself: returns 0 or the number of an error. In whichever thread, whose capabilities the program gets. */
export type SpawnCall = (addresses: SpawnAddresses) => number;

/** From spawn.h of glibc; musl has the same. */
const SETSIGDEF = 4;
const SETSIGMASK = 8;
const SETSID = 0x80;
const STDOUT = 1;
/** include/uapi/asm-generic/fcntl.h */
const O_RDWR = 2;
/** Room for posix_spawnattr_t (336 bytes) and posix_spawn_file_actions_t (80) of glibc and musl. */
const STRUCTURE_SIZE = 512;
const SIGSET_SIZE = 128;

export function loadPosixSpawn(spawn = bindSpawn()): PosixSpawn {
  const calls = bindCalls();
  return (request) => {
    const actions = Buffer.alloc(STRUCTURE_SIZE);
    const attributes = Buffer.alloc(STRUCTURE_SIZE);
    calls.initActions(actions);
    calls.initAttributes(attributes);
    // A descriptor duplicated onto itself loses its mark.
    for (const descriptor of request.kept) calls.addDuplicate(actions, descriptor, descriptor);
    for (const descriptor of request.closed) calls.addClose(actions, descriptor);
    // Whoever leads a session gets for its terminal the first one that it opens (credentials(7)).
    const { sessionTerminal } = request;
    if (sessionTerminal !== undefined) {
      calls.addOpen(actions, STDOUT, sessionTerminal, O_RDWR, 0);
    }
    for (const { descriptor, by } of request.replaced) calls.addDuplicate(actions, by, descriptor);
    calls.setDefaultSignals(attributes, toSignalSet(request.defaultSignals));
    calls.setBlockedSignals(attributes, toSignalSet(request.blockedSignals));
    const ofSession = sessionTerminal === undefined ? 0 : SETSID;
    calls.setFlags(attributes, SETSIGDEF | SETSIGMASK | ofSession);

    const path = Buffer.concat([request.path, Buffer.of(0)]);
    const args = toStringTable(request.args);
    const environment = toStringTable(request.environment);
    const pid = Buffer.alloc(4);
    const error = spawn([
      koffi.address(pid),
      koffi.address(path),
      koffi.address(actions),
      koffi.address(attributes),
      koffi.address(args.pointers),
      koffi.address(environment.pointers),
    ]);
    calls.destroyActions(actions);
    calls.destroyAttributes(attributes);
    // These were addresses alone, so what they point at has to be in use until here.
    for (const bytes of [path, args.bytes, environment.bytes]) bytes.fill(0);
    for (const pointers of [args.pointers, environment.pointers]) pointers.fill(0n);
    return error === 0 ? { pid: pid.readInt32LE() } : { error: toErrorName(error) };
  };
}

/** In the thread that calls it. */
function bindSpawn(): SpawnCall {
  const spawn: (...addresses: SpawnAddresses) => number = koffi
    .load(null)
    .func(
      "int posix_spawn(uintptr_t pid, uintptr_t path, uintptr_t actions, uintptr_t attributes, uintptr_t args, uintptr_t environment)",
    );
  return (addresses) => spawn(...addresses);
}

function bindCalls() {
  const library = koffi.load(null);
  const onStructure = (name: string): ((structure: Buffer) => number) =>
    library.func(`int ${name}(void *structure)`);
  const addDuplicate: (actions: Buffer, from: number, to: number) => number = library.func(
    "int posix_spawn_file_actions_adddup2(void *actions, int from, int to)",
  );
  const addClose: (actions: Buffer, descriptor: number) => number = library.func(
    "int posix_spawn_file_actions_addclose(void *actions, int descriptor)",
  );
  const addOpen: (
    actions: Buffer,
    descriptor: number,
    path: string,
    flags: number,
    mode: number,
  ) => number = library.func(
    "int posix_spawn_file_actions_addopen(void *actions, int descriptor, const char *path, int flags, unsigned int mode)",
  );
  const setFlags: (attributes: Buffer, flags: number) => number = library.func(
    "int posix_spawnattr_setflags(void *attributes, short flags)",
  );
  const setSignals = (name: string): ((attributes: Buffer, signals: Buffer) => number) =>
    library.func(`int ${name}(void *attributes, const void *signals)`);
  return {
    initActions: onStructure("posix_spawn_file_actions_init"),
    destroyActions: onStructure("posix_spawn_file_actions_destroy"),
    initAttributes: onStructure("posix_spawnattr_init"),
    destroyAttributes: onStructure("posix_spawnattr_destroy"),
    addDuplicate,
    addClose,
    addOpen,
    setFlags,
    setDefaultSignals: setSignals("posix_spawnattr_setsigdefault"),
    setBlockedSignals: setSignals("posix_spawnattr_setsigmask"),
  };
}

function toSignalSet(signals: readonly number[]): Buffer {
  const set = Buffer.alloc(SIGSET_SIZE);
  for (const signal of signals) {
    const bit = signal - 1;
    set[bit >> 3] = (set[bit >> 3] ?? 0) | (1 << (bit & 7));
  }
  return set;
}

/** As argv and environ are: pointers to NUL-terminated strings, then a null pointer. `bytes` has to live as long. */
function toStringTable(strings: readonly Buffer[]): { pointers: BigUint64Array; bytes: Buffer } {
  const bytes = Buffer.concat([...strings.flatMap((text) => [text, Buffer.of(0)]), Buffer.of(0)]);
  const pointers = new BigUint64Array(strings.length + 1);
  let address = koffi.address(bytes);
  for (const [index, text] of strings.entries()) {
    pointers[index] = address;
    address += BigInt(text.length + 1);
  }
  return { pointers, bytes };
}

function toErrorName(number: number): string {
  const name = Object.entries(koffi.os.errno).find(([, value]) => value === number)?.[0];
  return name ?? `error ${number}`;
}
