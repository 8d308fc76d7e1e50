/** The kernel sensor: loads guard.bpf.o, proves that it sees, and turns its records into observations until disposed. */
import type { SensorStatus } from "../../../protocol/index.ts";
import type { ProcessRef } from "../../observation.ts";
import type { Observer, Sensor } from "../sensor.ts";
import { type Canary, createCanaries } from "./canary.ts";
import { createCgroupPaths } from "./cgroup-paths.ts";
import { createSharedState, PHASE, SHARED_STATE_SIZE, type SharedState } from "./counters.ts";
import { createRecordDecoder, type RecordDecoder } from "./decode-record.ts";
import { createHiddenLosses, type HiddenLosses } from "./hidden-losses.ts";
import { NO_KILLS } from "./kills.ts";
import { loadLibc } from "./libc.ts";
import {
  type KernelSensorSettings,
  type LoadedKernelSensor,
  loadKernelSensor,
} from "./load-kernel-sensor.ts";
import type { ProgramsAtWork } from "./load-programs.ts";
import { openRing, type OpenRing } from "./open-ring.ts";
import { createPortOwners, type LocalPort } from "./port-owners.ts";
import { createRecordClock, readClocks } from "./record-clock.ts";
import { isRefusalProven } from "./refusal-canary.ts";
import { createRingPump } from "./ring-pump.ts";
import { writeWatchedFiles } from "./watched-files.ts";
import { toDenied, writeKills } from "./write-kills.ts";

/** Another program's unfinished record may lie before the canaries' own, for as long as its writer is interrupted. */
const CANARY_MS = 500;

export interface KernelSensorOptions extends KernelSensorSettings {
  readonly observe: Observer;
}

export interface KernelSensor extends Sensor {
  /** Scope `command`: the next process that the guard starts is the command. To be called right before it is started. */
  arm(): void;
  /** Who sent to port 53 from a port of this machine last. */
  portOwner(query: LocalPort): ProcessRef | undefined;
  /** Sockets of the command outside the guarded cgroup are refused: the guard has tried. */
  readonly holdsCgroup: boolean;
  /**
   * A process of the command that makes a packet socket is killed for it: the programs that do so are loaded and attached.
   * Only the death of a process would prove it.
   */
  readonly holdsPacketSockets: boolean;
  /** Whoever of the job's reaches into the memory of others is ended for it: what does so is loaded and attached. */
  readonly holdsMemory: boolean;
  /** Scopes `pod` and `host`: a process of the runner's, which the job must not reach into. */
  protect(runner: ProcessRef): void;
}

export type KernelSensorResult = KernelSensor | { readonly unavailable: string };

export async function createKernelSensor(
  options: KernelSensorOptions,
): Promise<KernelSensorResult> {
  const loaded = await loadKernelSensor(options);
  return "unavailable" in loaded ? loaded : startKernelSensor(loaded, options.observe);
}

/** To be called once. */
export function startKernelSensor(
  loaded: LoadedKernelSensor,
  observe: Observer,
): KernelSensorResult {
  const { settings } = loaded;
  const programs = loaded.attach();
  if ("error" in programs) return { unavailable: programs.error };
  const { watchedFiles, kills = NO_KILLS } = settings;
  writeWatchedFiles(programs.object, { told: watchedFiles, denied: toDenied(kills) });
  writeKills(programs.object, kills);
  return startSensor(programs, { ...settings, observe });
}

function startSensor(programs: ProgramsAtWork, options: KernelSensorOptions): KernelSensor {
  const { object } = programs;
  const libc = loadLibc();
  const sharedMemory = libc.map(object.mapDescriptor(".data.shared"), {
    offset: 0,
    size: SHARED_STATE_SIZE,
    writable: true,
  });
  const shared = createSharedState(sharedMemory.bytes);
  const ring = openRing(libc, object.mapDescriptor("ring"), programs.ringSize);
  const decode = createRecordDecoder({
    clock: createRecordClock(readClocks()),
    watchedEnvironment: new Set(options.watchedEnvironment),
    cgroupPath:
      options.cgroupRoot === null ? () => undefined : createCgroupPaths(options.cgroupRoot),
  });
  const pump = createRingPump(ring.reader, shared, { decode, observe: options.observe });
  const hiddenLosses = createHiddenLosses({ object, reader: ring.reader, shared });
  const refuses = hasRefusals(programs, options);
  // A signal that is none: by it the kernel's program takes down who the guard came from.
  process.kill(process.pid, 0);
  // Before the others, so that its events are read with theirs.
  const isRefusing = refuses.sockets && isRefusalProven({ object, shared, libc });
  const silent = provePrograms(createCanaries(libc), { ring, decode });
  if (refuses.sockets && !isRefusing) silent.push(REFUSAL);
  shared.setPhase(PHASE.watching);
  const seenByCanaries = shared.producedCount();
  // What the guard did to prove them may be held up behind an unfinished record still, and is none of the job's.
  pump.start();

  const status = (): SensorStatus =>
    toStatus(programs, { shared, hiddenLosses, silent, seenByCanaries });
  /** Set at the end, when the memory that it was read from is gone. */
  let lastStatus: SensorStatus | undefined;
  const portOwner = createPortOwners(object);

  return {
    portOwner: (query) => (lastStatus ? undefined : portOwner(query)),
    holdsCgroup: isRefusing,
    holdsPacketSockets: refuses.packetSockets,
    holdsMemory: MEMORY_HOLDERS.every((name) => programs.attached.has(name)),
    protect(runner) {
      if (!lastStatus) object.addToSet("runner_processes", toProcessKey(runner));
    },
    arm() {
      if (!lastStatus) shared.setPhase(PHASE.armed);
    },
    status: () => lastStatus ?? status(),
    async flush() {
      if (lastStatus) return;
      await pump.readAllWritten();
      // It may have been disposed of meanwhile, and what is asked next with it.
      if (lastStatus) return;
      const at = Date.now() * 1000;
      for (const loss of hiddenLosses.take()) {
        options.observe({ kind: "loss", at, sensor: "kernel", ...loss });
      }
    },
    [Symbol.asyncDispose]() {
      if (lastStatus) return Promise.resolve();
      lastStatus = status();
      pump.stop();
      ring[Symbol.dispose]();
      sharedMemory[Symbol.dispose]();
      object[Symbol.dispose]();
      return Promise.resolve();
    },
  };
}

/** Returns the names of the canaries whose events did not arrive. */
function provePrograms(
  canaries: Canary[],
  { ring, decode }: { ring: OpenRing; decode: RecordDecoder },
): string[] {
  const silent = new Set(canaries);
  for (const canary of canaries) canary.sing();
  const deadline = performance.now() + CANARY_MS;
  do {
    ring.reader.drain((data, offset, length) => {
      const observation = decode(data, offset, length);
      if (!observation) return;
      for (const canary of silent) {
        if (canary.recognises(observation)) silent.delete(canary);
      }
    }, deadline);
  } while (silent.size > 0 && performance.now() < deadline);
  return [...silent].map((canary) => canary.name);
}

/** The hooks where a socket is made and where it gets a destination. */
const CGROUP_HOLDERS: ReadonlySet<string> = new Set([
  "on_socket_create",
  "on_connect4",
  "on_connect6",
  "on_sendmsg4",
  "on_sendmsg6",
]);
const PACKET_SOCKET_HOLDERS: ReadonlySet<string> = new Set([
  "on_system_call_start",
  "on_system_call",
  "on_io_uring_submit",
]);

const MEMORY_HOLDERS = ["on_system_call_start", "on_system_call", "on_io_uring_submit"];

/** `struct process_key` of bpf/state.h. */
function toProcessKey({ pid, startTicks }: ProcessRef): Buffer {
  const key = Buffer.alloc(16);
  key.writeBigUInt64LE(BigInt(startTicks), 0);
  key.writeUInt32LE(pid, 8);
  return key;
}

/** How what was not proven is called in the status. */
const REFUSAL = "the refusal of sockets outside the cgroup";

function hasRefusals(
  { refused }: ProgramsAtWork,
  { guardedCgroup, refuses, refusesPacketSockets, scope }: KernelSensorOptions,
): { sockets: boolean; packetSockets: boolean } {
  const areInForce = (names: ReadonlySet<string>): boolean =>
    scope.type === "command" && !refused.some(({ program }) => names.has(program));
  return {
    sockets: guardedCgroup !== null && refuses && areInForce(CGROUP_HOLDERS),
    packetSockets: refusesPacketSockets && areInForce(PACKET_SOCKET_HOLDERS),
  };
}

interface Evidence {
  readonly shared: SharedState;
  readonly hiddenLosses: HiddenLosses;
  readonly silent: readonly string[];
  readonly seenByCanaries: number;
}

function toStatus({ refused }: ProgramsAtWork, evidence: Evidence): SensorStatus {
  const reasons = [
    ...refused.map(({ program, shows, reason }) => `${shows} not seen (${program}: ${reason})`),
    ...evidence.silent.map((name) => `${name} not proven: the canary's event did not arrive`),
  ];
  return {
    name: "kernel",
    status: reasons.length === 0 ? "active" : "degraded",
    ...(reasons.length === 0 ? {} : { reason: reasons.join("; ") }),
    eventsSeen: evidence.shared.producedCount() - evidence.seenByCanaries,
    eventsDropped: evidence.shared.droppedCount() + evidence.hiddenLosses.total(),
  };
}
