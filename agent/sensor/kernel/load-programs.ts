/** From an object file to programs at work in the kernel, without those that this kernel refuses. */
import { availableParallelism } from "node:os";

import type { BpfObject, Libbpf } from "./libbpf.ts";
import { PROGRAMS, type Refused, type RefusedProgram } from "./programs.ts";
import { type Settings, writeSettings } from "./settings.ts";

/**
 * The first holds 50 ms of the worst flood of records (150 MB/s); all of it is resident memory of the guard. The smaller
 * ones are for kernels before 5.11, where the memlock limit counts, and for tight memory cgroups.
 */
const RING_SIZES = [8, 4, 1].map((mebibytes) => mebibytes * 2 ** 20);
/** Enough for a program that interrupts another one that interrupted a third. */
const SCRATCH_SLOTS = 3;
/** Stands for the reason where the guard itself left a program out, which is nothing to report. */
const UNWANTED = "not asked for";

export interface LoadOptions {
  readonly libbpf: Libbpf;
  readonly objectFile: Uint8Array;
  readonly settings: Omit<Settings, "scratchSlots" | "seesIoUringResults">;
  /** An open directory of the cgroup v2 tree, or why there is none. */
  readonly cgroup: { readonly descriptor: number } | { readonly error: string };
  /** Processors that may run a program: the possible ones, not the ones this process may use. */
  readonly processors?: number;
}

/** The kernel has checked them, and they see nothing yet. */
export interface LoadedPrograms extends Disposable {
  attach(): ProgramsAtWork | { readonly error: string };
}

export interface ProgramsAtWork {
  readonly object: BpfObject;
  readonly ringSize: number;
  readonly refused: readonly RefusedProgram[];
  /** Names of the programs at work in the kernel. */
  readonly attached: ReadonlySet<string>;
}

export async function loadPrograms(
  options: LoadOptions,
): Promise<LoadedPrograms | { readonly error: string }> {
  const refused = new Map<string, string>();
  for (const program of listUnwanted(options)) refused.set(program, UNWANTED);
  if ("error" in options.cgroup) {
    for (const program of PROGRAMS) {
      if (program.attachesTo === "cgroup") refused.set(program.name, options.cgroup.error);
    }
  }
  let attempt = await openAndLoad(options, refused);
  if ("error" in attempt) {
    for (const [name, reason] of await findRefused(options, refused)) refused.set(name, reason);
    const missing = PROGRAMS.find((program) => program.essential && refused.has(program.name));
    if (missing) {
      return { error: explainRefusal(missing.name, refused.get(missing.name) ?? "") };
    }
    attempt = await openAndLoad(options, refused);
  }
  if ("error" in attempt) return attempt;
  const { object, ringSize } = attempt;
  return {
    attach() {
      const failure = attachAll(object, options, refused);
      if (failure === undefined) {
        const attached = listAttached(refused);
        return { object, ringSize, refused: describeRefused(refused), attached };
      }
      object[Symbol.dispose]();
      return failure;
    },
    [Symbol.dispose]: () => object[Symbol.dispose](),
  };
}

function listUnwanted({ settings }: LoadOptions): string[] {
  const wanted = listRefused(settings);
  return PROGRAMS.filter(({ refuses }) => refuses?.every((what) => !wanted.has(what))).map(
    ({ name }) => name,
  );
}

function listRefused({ refusesPacketSockets, stops }: LoadOptions["settings"]): Set<Refused> {
  return new Set<Refused>([
    ...(refusesPacketSockets ? (["packet sockets"] as const) : []),
    ...(stops.memoryReaders ? (["memory"] as const) : []),
    ...(stops.guardAttackers ? (["signals"] as const) : []),
  ]);
}

/** bpf(2): EPERM is the answer to who may not, and to who may not lock that much memory before Linux 5.11. */
function explainRefusal(program: string, error: string): string {
  const refusal = `the kernel refuses ${program}: ${error}`;
  if (error === "EPERM") return `${refusal}; it takes root, or the capabilities BPF and PERFMON`;
  return error === "ENOMEM"
    ? `${refusal}; it takes 3 MiB of memory, locked or of the cgroup's`
    : refusal;
}

type Opened = { readonly object: BpfObject; readonly ringSize: number };

async function openAndLoad(
  options: LoadOptions,
  leftOut: ReadonlyMap<string, string>,
): Promise<Opened | { readonly error: string }> {
  let error = "";
  for (const ringSize of RING_SIZES) {
    const object = openConfigured(options, leftOut, ringSize);
    if ("error" in object) return object;
    const failure = await object.load();
    if (!failure) return { object, ringSize };
    object[Symbol.dispose]();
    error = failure.error;
    // A smaller ring helps only where memory was the trouble.
    if (error !== "ENOMEM" && error !== "EPERM") break;
  }
  return { error };
}

function openConfigured(
  { libbpf, objectFile, settings, processors }: LoadOptions,
  leftOut: ReadonlyMap<string, string>,
  ringSize: number,
): BpfObject | { readonly error: string } {
  const object = libbpf.open(objectFile);
  if ("error" in object) return object;
  object.resizeMap("ring", ringSize);
  object.resizeMap("scratch", (processors ?? availableParallelism()) * SCRATCH_SLOTS);
  for (const name of leftOut.keys()) object.leaveOut(name);
  writeSettings(object.section(".rodata.settings"), {
    ...settings,
    scratchSlots: SCRATCH_SLOTS,
    seesIoUringResults: !leftOut.has("on_io_uring_complete"),
  });
  return object;
}

/** Loads each program on its own to find out which ones made the whole fail. */
async function findRefused(
  options: LoadOptions,
  known: ReadonlyMap<string, string>,
): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  for (const { name, essential } of PROGRAMS) {
    if (known.has(name)) continue;
    const others = PROGRAMS.filter((program) => program.name !== name);
    const attempt = await openAndLoad(
      options,
      new Map(others.map((program) => [program.name, ""])),
    );
    if (!("error" in attempt)) {
      attempt.object[Symbol.dispose]();
      continue;
    }
    refused.set(name, attempt.error);
    // There is no sensor without it, and each attempt takes a tenth of a second.
    if (essential) break;
  }
  return refused;
}

function attachAll(
  object: BpfObject,
  { cgroup }: LoadOptions,
  refused: Map<string, string>,
): { readonly error: string } | undefined {
  for (const { name, attachesTo, essential } of PROGRAMS) {
    if (refused.has(name)) continue;
    const descriptor = attachesTo === "cgroup" && "descriptor" in cgroup ? cgroup.descriptor : -1;
    const failure = object.attach(name, descriptor);
    if (!failure) continue;
    if (essential) return { error: `cannot attach ${name}: ${failure.error}` };
    refused.set(name, failure.error);
  }
  return undefined;
}

function listAttached(refused: ReadonlyMap<string, string>): Set<string> {
  return new Set(PROGRAMS.map(({ name }) => name).filter((name) => !refused.has(name)));
}

function describeRefused(refused: ReadonlyMap<string, string>): RefusedProgram[] {
  return PROGRAMS.filter(({ refinement }) => !refinement)
    .map(({ name, shows }) => ({ program: name, shows, reason: refused.get(name) ?? UNWANTED }))
    .filter(({ reason }) => reason !== UNWANTED);
}
