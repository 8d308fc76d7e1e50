/** What the kernel sensor needs to read from disk before it can start. */
import { accessSync, constants, readFileSync } from "node:fs";
import { arch } from "node:process";
import { fileURLToPath } from "node:url";

const POSSIBLE_PROCESSORS = "/sys/devices/system/cpu/possible";
const KERNEL_TYPES = "/sys/kernel/btf/vmlinux";

/** The compiled guard.bpf.c for this architecture, if this kernel can take it. */
export function readObjectFile(): { readonly bytes: Uint8Array } | { readonly error: string } {
  try {
    accessSync(KERNEL_TYPES, constants.R_OK);
  } catch {
    return { error: `the kernel has no type information (${KERNEL_TYPES}; CONFIG_DEBUG_INFO_BTF)` };
  }
  try {
    return { bytes: readFileSync(fileURLToPath(new URL(`guard.${arch}.bpf.o`, import.meta.url))) };
  } catch {
    return {
      error: `the eBPF program is not built for ${arch} (install clang and llvm, then: npm run build:bpf)`,
    };
  }
}

/** Processors that may ever run, which is more than are running: `0-3,8` counts nine. */
export function countPossibleProcessors(): number {
  const last = /(?<last>\d+)\s*$/.exec(readFileSync(POSSIBLE_PROCESSORS, "utf8"))?.groups?.["last"];
  return Number(last ?? 0) + 1;
}
