/**
 * A thread that lowers its own capabilities, and then starts the command: on Linux they are a thread's (capabilities(7)), so
 * that the others of the guard keep theirs. Plain JavaScript and few imports: a thread has no compile cache. What it is to
 * call comes as numbers and addresses in shared memory, and it waits for that without an event loop.
 */
import { workerData } from "node:worker_threads";

import koffi from "koffi";

/** include/uapi/linux/prctl.h */
const PR_CAPBSET_DROP = 24;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_LOWER = 3;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;
/** include/uapi/linux/capability.h: version 3, whose sets have two words each; then pid, and effective, permitted, inheritable. */
const CAPABILITY_VERSION = 0x2008_0522;
const INHERITABLE_WORDS = [2, 5];

/** As spawn-thread.ts has them. */
const ASKED = 1;
const ANSWERED = 2;
const LOWER_AMBIENT = 1;
const WITHHOLD = 2;
const SPAWN = 3;
const FORBID_GAINS = 4;
const SET_GROUPS = 5;
/** The calls of this thread alone: that of the C library changes the groups of all threads. asm/unistd_64.h; asm-generic. */
const SETGROUPS_CALL = process.arch === "arm64" ? 159 : 116;

const library = koffi.load(null);
const prctl = library.func(
  "int prctl(int option, unsigned long action, unsigned long value, unsigned long four, unsigned long five)",
);
const getCapabilities = library.func("int capget(void *header, void *sets)");
const setCapabilities = library.func("int capset(void *header, const void *sets)");
const spawn = library.func(
  "int posix_spawn(uintptr_t pid, uintptr_t path, uintptr_t actions, uintptr_t attributes, uintptr_t args, uintptr_t environment)",
);

const setGroups = library.func("long syscall(long number, size_t count, uintptr_t groups)");

function lowerAmbient(capability) {
  return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, capability, 0, 0);
}

/** No program that this thread executes has it from then on, whoever it becomes. */
function withhold(capability) {
  lowerAmbient(capability);
  const header = new Uint32Array([CAPABILITY_VERSION, 0]);
  const sets = new Uint32Array(6);
  if (getCapabilities(header, sets) === 0) {
    sets[INHERITABLE_WORDS[capability >> 5]] &= ~(1 << (capability & 31));
    setCapabilities(header, sets);
  }
  return prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
}

/** `words`: whose turn it is, what is asked, and the answer; `numbers` what goes with it. */
const { words, numbers } = workerData;

function answer() {
  switch (words[1]) {
    case LOWER_AMBIENT:
      return lowerAmbient(Number(numbers[0]));
    case WITHHOLD:
      return withhold(Number(numbers[0]));
    case SPAWN:
      return spawn(...numbers);
    case FORBID_GAINS:
      prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
      return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    case SET_GROUPS:
      return setGroups(SETGROUPS_CALL, ...numbers.subarray(0, 2));
    default:
      return -1;
  }
}

for (;;) {
  Atomics.store(words, 0, ANSWERED);
  Atomics.notify(words, 0);
  while (Atomics.load(words, 0) !== ASKED) Atomics.wait(words, 0, ANSWERED);
  words[2] = answer();
}
