/** Writes `struct settings` and `watched_files` keys as bpf/state.h declares them. */
import type { Scope } from "../sensor.ts";

const SCOPE_TYPES = { command: 0, pod: 1, host: 2 } as const;
const STOPS_OFFSET = 48;
const NAMES_OFFSET = 72;
const PREFIX_BYTES = 16;
const MAX_NAMES = 48;
/** low, its mask, high, its mask: eight bytes each. */
const NAME_SIZE = 32;

/** What a process of the job's is ended for in the kernel, before it could make use of it. */
export interface Stops {
  /** Reaching into the memory of a process that is not the job's. */
  readonly memoryReaders: boolean;
  /** Signals and ptrace aimed at the guard. */
  readonly guardAttackers: boolean;
  /** Running one of the forbidden programs. */
  readonly programs: boolean;
  /** Opening one of the denied files. */
  readonly fileOpeners: boolean;
  /** Taking commands from the network. */
  readonly reverseShells: boolean;
}

export interface Settings {
  readonly scope: Scope;
  readonly guardPid: number;
  readonly guardNamespaceInode: number;
  readonly scratchSlots: number;
  readonly seesIoUringResults: boolean;
  readonly watchesFiles: boolean;
  /** The cgroup that the command's sockets have to be in, as the kernel numbers it; 0 for none. */
  readonly guardedCgroupId: bigint;
  /** Whether sockets outside of it are refused, or only told. */
  readonly refuses: boolean;
  readonly refusesPacketSockets: boolean;
  /** The network namespace that the packet filter is in. */
  readonly guardedNetworkInode: number;
  readonly stops: Stops;
  readonly watchedEnvironment: readonly string[];
}

export function writeSettings(section: ArrayBuffer, settings: Settings): void {
  const bytes = Buffer.from(section);
  bytes.writeUInt32LE(SCOPE_TYPES[settings.scope.type], 0);
  bytes.writeUInt32LE(settings.scope.type === "pod" ? settings.scope.pidNamespaceInode : 0, 4);
  bytes.writeUInt32LE(settings.guardPid, 8);
  bytes.writeUInt32LE(settings.guardNamespaceInode, 12);
  bytes.writeUInt32LE(settings.scratchSlots, 16);
  bytes.writeUInt32LE(settings.seesIoUringResults ? 1 : 0, 20);
  bytes.writeUInt32LE(settings.watchesFiles ? 1 : 0, 24);
  bytes.writeUInt32LE(settings.refuses ? 1 : 0, 28);
  bytes.writeBigUInt64LE(settings.guardedCgroupId, 32);
  bytes.writeUInt32LE(settings.refusesPacketSockets ? 1 : 0, 40);
  bytes.writeUInt32LE(settings.guardedNetworkInode, 44);
  const { memoryReaders, guardAttackers, programs, fileOpeners, reverseShells } = settings.stops;
  const stops = [memoryReaders, guardAttackers, programs, fileOpeners, reverseShells];
  for (const [index, isStopped] of stops.entries()) {
    bytes.writeUInt32LE(isStopped ? 1 : 0, STOPS_OFFSET + index * 4);
  }
  if (settings.watchedEnvironment.length > MAX_NAMES) {
    throw new RangeError(`more than ${MAX_NAMES} watched names`);
  }
  for (const [index, name] of settings.watchedEnvironment.entries()) {
    writePrefix(bytes.subarray(NAMES_OFFSET + index * NAME_SIZE), name);
  }
}

/** The program compares sixteen bytes at a time; a longer name lets a few others through, which the decoder drops. */
function writePrefix(target: Buffer, name: string): void {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  const length = prefix.write(`${name}=`, "latin1");
  const mask = Buffer.alloc(PREFIX_BYTES).fill(0xff, 0, length);
  prefix.copy(target, 0, 0, 8);
  mask.copy(target, 8, 0, 8);
  prefix.copy(target, 16, 8, 16);
  mask.copy(target, 24, 8, 16);
}
