import type { PosturePlaces } from "../posture-places.ts";
import { readBounded } from "../read-bounded.ts";

/** Bits of capability.h that give the machine away, or what runs on it. */
const STRONG_CAPABILITIES: readonly (readonly [bit: number, name: string])[] = [
  [1, "DAC_OVERRIDE"],
  [2, "DAC_READ_SEARCH"],
  [12, "NET_ADMIN"],
  [16, "SYS_MODULE"],
  [17, "SYS_RAWIO"],
  [19, "SYS_PTRACE"],
  [21, "SYS_ADMIN"],
  [39, "BPF"],
];
/** SYS_MODULE and SYS_RAWIO are never given to a container but by `privileged`, or by name to whoever means it. */
const PRIVILEGED_BITS = [16n, 17n, 21n, 19n, 22n];

/** What the kernel grants the guard, which is what a job gets that starts like it. */
export interface OwnRights {
  readonly userId: number;
  readonly groupIds: readonly number[];
  readonly strongCapabilities: readonly string[];
  /** All that only a privileged container is given. */
  readonly hasAllCapabilities: boolean;
  readonly noNewPrivileges: boolean;
  readonly seccomp: "off" | "strict" | "filter" | "unknown";
  /** Of AppArmor or SELinux. Undefined: there is none, or it cannot be read. */
  readonly confinement: string | undefined;
}

/** Undefined: /proc does not show this process. */
export function readOwnRights(places: PosturePlaces): OwnRights | undefined {
  const status = readBounded(places, "proc/self/status");
  if (status === undefined) return undefined;
  const effective = BigInt(`0x${fieldOf(status, "CapEff") ?? "0"}`);
  const has = (bit: bigint): boolean => ((effective >> bit) & 1n) === 1n;
  return {
    userId: Number(fieldOf(status, "Uid")?.split("\t")[1] ?? 0),
    groupIds: (fieldOf(status, "Groups") ?? "").split(" ").filter(Boolean).map(Number),
    strongCapabilities: STRONG_CAPABILITIES.filter(([bit]) => has(BigInt(bit))).map(
      ([, name]) => name,
    ),
    hasAllCapabilities: PRIVILEGED_BITS.every(has),
    noNewPrivileges: fieldOf(status, "NoNewPrivs") === "1",
    seccomp: toSeccomp(fieldOf(status, "Seccomp")),
    confinement: readConfinement(places),
  };
}

function fieldOf(status: string, name: string): string | undefined {
  const begin = `${name}:\t`;
  return status
    .split("\n")
    .find((line) => line.startsWith(begin))
    ?.slice(begin.length)
    .trim();
}

function toSeccomp(mode: string | undefined): OwnRights["seccomp"] {
  if (mode === "0") return "off";
  if (mode === "1") return "strict";
  return mode === "2" ? "filter" : "unknown";
}

function readConfinement(places: PosturePlaces): string | undefined {
  const label = readBounded(places, "proc/self/attr/current");
  return label?.replace(/\0$/, "").trim() || undefined;
}
