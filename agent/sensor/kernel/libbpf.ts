/** The one place that knows libbpf. Pointers are bigints, null is no pointer (koffi's own convention). */
import koffi, { type KoffiFunc, type LibraryHandle } from "koffi";

export type Pointer = bigint;

/** In the order in which they are looked for. The bare name needs a development package, the numbered one does not. */
const LIBRARY_NAMES = ["libbpf.so.1", "libbpf.so"];

export interface Libbpf {
  open(program: Uint8Array): BpfObject | { readonly error: string };
}

/** An eBPF object file: opened, then changed, then loaded, then attached; closing undoes all of it. */
export interface BpfObject extends Disposable {
  readonly programs: readonly string[];
  leaveOut(program: string): void;
  resizeMap(map: string, maxEntries: number): void;
  /** What a data section will begin with. To be written before the object is loaded; nothing comes back from it. */
  section(name: string): ArrayBuffer;
  /**
   * What the kernel said when it refused. In a thread of its own: it takes a sixth of a second. Nothing else may be asked of
   * the object meanwhile.
   */
  load(): Promise<{ readonly error: string } | undefined>;
  mapDescriptor(map: string): number;
  /** For maps whose values are one byte; 1 where it only says `present`. */
  addToSet(map: string, key: Uint8Array, value?: number): void;
  removeFromSet(map: string, key: Uint8Array): void;
  /** The value of a key, written into `value`; whether there was one. */
  lookUp(descriptor: number, key: Uint8Array, value: Uint8Array): boolean;
  attach(program: string, cgroupDescriptor: number): { readonly error: string } | undefined;
  /** How often the kernel skipped a program because it was running on that processor already; 0 before Linux 5.12. */
  recursionMisses(program: string): number;
}

export function loadLibbpf(): Libbpf | { readonly error: string } {
  for (const name of LIBRARY_NAMES) {
    try {
      return createLibbpf(koffi.load(name));
    } catch {
      continue;
    }
  }
  return { error: "libbpf.so.1 is not installed (Debian, Ubuntu: apt-get install libbpf1)" };
}

function createLibbpf(library: LibraryHandle): Libbpf {
  const calls = bindCalls(library);
  calls.setPrint(null);
  return {
    open(program) {
      const object = calls.openMemory(program, program.length, null);
      if (object === null) return { error: `cannot read the eBPF object: ${errorName()}` };
      return createObject(calls, object);
    },
  };
}

type Calls = ReturnType<typeof bindCalls>;

function bindCalls(library: LibraryHandle) {
  const setPrint: (callback: null) => Pointer | null = library.func(
    "void *libbpf_set_print(void *callback)",
  );
  const openMemory: (bytes: Uint8Array, size: number, options: null) => Pointer | null =
    library.func("void *bpf_object__open_mem(const void *bytes, size_t size, const void *options)");
  const closeObject: (object: Pointer) => void = library.func(
    "void bpf_object__close(void *object)",
  );
  const loadObject: KoffiFunc<(object: Pointer) => number> = library.func(
    "int bpf_object__load(void *object)",
  );
  const nextProgram: (object: Pointer, program: Pointer | null) => Pointer | null = library.func(
    "void *bpf_object__next_program(void *object, void *program)",
  );
  const programName: (program: Pointer) => string = library.func(
    "const char *bpf_program__name(void *program)",
  );
  const programDescriptor: (program: Pointer) => number = library.func(
    "int bpf_program__fd(void *program)",
  );
  const setAutoload: (program: Pointer, load: boolean) => number = library.func(
    "int bpf_program__set_autoload(void *program, bool load)",
  );
  const attachProgram: (program: Pointer) => Pointer | null = library.func(
    "void *bpf_program__attach(void *program)",
  );
  const attachCgroup: (program: Pointer, descriptor: number) => Pointer | null = library.func(
    "void *bpf_program__attach_cgroup(void *program, int descriptor)",
  );
  const destroyLink: (link: Pointer) => number = library.func("int bpf_link__destroy(void *link)");
  const findMap: (object: Pointer, name: string) => Pointer | null = library.func(
    "void *bpf_object__find_map_by_name(void *object, const char *name)",
  );
  const mapDescriptor: (map: Pointer) => number = library.func("int bpf_map__fd(void *map)");
  const updateElement: (map: number, key: Uint8Array, value: Uint8Array, flags: number) => number =
    library.func(
      "int bpf_map_update_elem(int map, const void *key, const void *value, uint64_t flags)",
    );
  const deleteElement: (map: number, key: Uint8Array) => number = library.func(
    "int bpf_map_delete_elem(int map, const void *key)",
  );
  const lookUpElement: (map: number, key: Uint8Array, value: Uint8Array) => number = library.func(
    "int bpf_map_lookup_elem(int map, const void *key, _Out_ void *value)",
  );
  const setMaxEntries: (map: Pointer, entries: number) => number = library.func(
    "int bpf_map__set_max_entries(void *map, uint32_t entries)",
  );
  const initialValue: (map: Pointer, size: [bigint | number]) => Pointer | null = library.func(
    "void *bpf_map__initial_value(void *map, _Out_ size_t *size)",
  );
  const objectInfo: (descriptor: number, info: Uint8Array, size: [number]) => number = library.func(
    "int bpf_obj_get_info_by_fd(int descriptor, void *info, _Inout_ uint32_t *size)",
  );
  return {
    setPrint,
    openMemory,
    closeObject,
    loadObject,
    nextProgram,
    programName,
    programDescriptor,
    setAutoload,
    attachProgram,
    attachCgroup,
    destroyLink,
    findMap,
    mapDescriptor,
    updateElement,
    deleteElement,
    lookUpElement,
    setMaxEntries,
    initialValue,
    objectInfo,
  };
}

function createObject(calls: Calls, object: Pointer): BpfObject {
  const programs = listPrograms(calls, object);
  const links: Pointer[] = [];

  const programNamed = (name: string): Pointer => required(programs.get(name), `program ${name}`);
  const mapNamed = (name: string): Pointer => required(calls.findMap(object, name), `map ${name}`);

  return {
    programs: [...programs.keys()],
    leaveOut(program) {
      calls.setAutoload(programNamed(program), false);
    },
    resizeMap(map, maxEntries) {
      calls.setMaxEntries(mapNamed(map), maxEntries);
    },
    section(name) {
      const size: [bigint | number] = [0];
      const address = required(calls.initialValue(mapNamed(name), size), `section ${name}`);
      return koffi.view(address, Number(size[0]));
    },
    async load() {
      const status = await loadInThread(calls, object);
      // errno is the other thread's.
      return status === 0 ? undefined : { error: nameError(-status) };
    },
    mapDescriptor(map) {
      return calls.mapDescriptor(mapNamed(map));
    },
    addToSet(map, key, value = 1) {
      const descriptor = calls.mapDescriptor(mapNamed(map));
      if (calls.updateElement(descriptor, key, Buffer.of(value), 0) !== 0) {
        throw new Error(`cannot add to ${map}: ${errorName()}`);
      }
    },
    removeFromSet(map, key) {
      if (calls.deleteElement(calls.mapDescriptor(mapNamed(map)), key) !== 0) {
        throw new Error(`cannot take from ${map}: ${errorName()}`);
      }
    },
    lookUp: (descriptor, key, value) => calls.lookUpElement(descriptor, key, value) === 0,
    attach(program, cgroupDescriptor) {
      const link =
        cgroupDescriptor < 0
          ? calls.attachProgram(programNamed(program))
          : calls.attachCgroup(programNamed(program), cgroupDescriptor);
      if (link === null) return { error: errorName() };
      links.push(link);
      return undefined;
    },
    recursionMisses(program) {
      return readRecursionMisses(calls, calls.programDescriptor(programNamed(program)));
    },
    [Symbol.dispose]() {
      for (const link of links) calls.destroyLink(link);
      calls.closeObject(object);
    },
  };
}

function loadInThread(calls: Calls, object: Pointer): Promise<number> {
  return new Promise((resolve, reject) => {
    calls.loadObject.async(object, (error: unknown, status) => {
      if (error === null) resolve(status);
      else reject(new Error("libbpf cannot be called", { cause: error }));
    });
  });
}

function listPrograms(calls: Calls, object: Pointer): Map<string, Pointer> {
  const programs = new Map<string, Pointer>();
  let program = calls.nextProgram(object, null);
  while (program !== null) {
    programs.set(calls.programName(program), program);
    program = calls.nextProgram(object, program);
  }
  return programs;
}

/** struct bpf_prog_info in include/uapi/linux/bpf.h: where `recursion_misses` is, and how much to ask for. */
const RECURSION_MISSES_OFFSET = 208;
const PROGRAM_INFO_SIZE = 232;

function readRecursionMisses(calls: Calls, descriptor: number): number {
  if (descriptor < 0) return 0;
  const info = Buffer.alloc(PROGRAM_INFO_SIZE);
  if (calls.objectInfo(descriptor, info, [PROGRAM_INFO_SIZE]) !== 0) return 0;
  return Number(info.readBigUInt64LE(RECURSION_MISSES_OFFSET));
}

function errorName(): string {
  return nameError(koffi.errno());
}

function nameError(number: number): string {
  const name = Object.entries(koffi.os.errno).find(([, value]) => value === number)?.[0];
  return name ?? `error ${number}`;
}

/** Only our own object file is ever opened, so a name that is missing is a bug and no condition. */
function required(pointer: Pointer | null | undefined, what: string): Pointer {
  if (pointer === null || pointer === undefined) throw new Error(`guard.bpf.o has no ${what}`);
  return pointer;
}
