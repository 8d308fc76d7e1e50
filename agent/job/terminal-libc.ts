/** The C library calls that make a terminal and set one up. */
import koffi from "koffi";

/** include/uapi/asm-generic/ioctls.h */
const TIOCGWINSZ = 0x5413;
const TIOCSWINSZ = 0x5414;
/** include/uapi/asm-generic/fcntl.h */
const O_RDWR = 2;
const O_NOCTTY = 0x100;
const O_CLOEXEC = 0x8_0000;
/** Room for a struct termios (60 bytes), whose first words are the flags of input and of output. */
const MODES_SIZE = 256;
const OUTPUT_FLAGS_OFFSET = 4;
const OPOST = 1;
const TCSANOW = 0;
/** A struct winsize. */
const SIZE_BYTES = 8;
const MAX_NAME_BYTES = 256;

/** A struct termios, which says how a terminal treats what is typed and what is written. */
export type TerminalModes = Buffer;
export type TerminalLibc = ReturnType<typeof loadTerminalLibc>;

export function loadTerminalLibc() {
  const library = koffi.load(null);
  const openMaster: (flags: number) => number = library.func("int posix_openpt(int flags)");
  const grant: (descriptor: number) => number = library.func("int grantpt(int descriptor)");
  const unlock: (descriptor: number) => number = library.func("int unlockpt(int descriptor)");
  const nameOf: (descriptor: number, name: Buffer, size: number) => number = library.func(
    "int ptsname_r(int descriptor, void *name, size_t size)",
  );
  const control: (descriptor: number, request: number, argument: Buffer) => number = library.func(
    "int ioctl(int descriptor, unsigned long request, void *argument)",
  );
  const getModes: (descriptor: number, modes: Buffer) => number = library.func(
    "int tcgetattr(int descriptor, void *modes)",
  );
  const setModes: (descriptor: number, when: number, modes: Buffer) => number = library.func(
    "int tcsetattr(int descriptor, int when, const void *modes)",
  );
  const makeRaw: (modes: Buffer) => void = library.func("void cfmakeraw(void *modes)");
  const makePipe: (ends: Int32Array, flags: number) => number = library.func(
    "int pipe2(void *ends, int flags)",
  );
  return {
    /** Of a new terminal: the side that sees what is written to it, and the path of the side that programs have. */
    openTerminal(): { readonly master: number; readonly path: string } | undefined {
      const master = openMaster(O_RDWR | O_NOCTTY | O_CLOEXEC);
      const name = Buffer.alloc(MAX_NAME_BYTES);
      if (master < 0) return undefined;
      if (grant(master) !== 0 || unlock(master) !== 0) return undefined;
      if (nameOf(master, name, name.length) !== 0) return undefined;
      return { master, path: name.toString("latin1", 0, name.indexOf(0)) };
    },
    openPipe(): { readonly read: number; readonly write: number } | undefined {
      const ends = new Int32Array(2);
      if (makePipe(ends, O_CLOEXEC) !== 0) return undefined;
      return { read: ends[0] ?? -1, write: ends[1] ?? -1 };
    },
    copySize(from: number, to: number): void {
      const size = Buffer.alloc(SIZE_BYTES);
      if (control(from, TIOCGWINSZ, size) === 0) control(to, TIOCSWINSZ, size);
    },
    /** Undefined where it is no terminal, or one that was closed. */
    modesOf(descriptor: number): TerminalModes | undefined {
      const modes = Buffer.alloc(MODES_SIZE);
      return getModes(descriptor, modes) === 0 ? modes : undefined;
    },
    setModes(descriptor: number, modes: TerminalModes): void {
      setModes(descriptor, TCSANOW, modes);
    },
    /** What is typed comes at once and as it is, and what is written is shown as it is. */
    toRaw(modes: TerminalModes): TerminalModes {
      const raw = Buffer.from(modes);
      makeRaw(raw);
      return raw;
    },
    /** What is written is shown as it is. */
    withoutOutputProcessing(modes: TerminalModes): TerminalModes {
      const plain = Buffer.from(modes);
      plain.writeUInt32LE(plain.readUInt32LE(OUTPUT_FLAGS_OFFSET) & ~OPOST, OUTPUT_FLAGS_OFFSET);
      return plain;
    },
  };
}
