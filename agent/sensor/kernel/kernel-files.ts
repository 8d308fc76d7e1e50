/** What the kernel sensor needs to read from disk before it can start. */
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { arch } from "node:process";
import { fileURLToPath } from "node:url";

const POSSIBLE_PROCESSORS = "/sys/devices/system/cpu/possible";
const KERNEL_TYPES = "/sys/kernel/btf/vmlinux";
const ELF_MAGIC = Buffer.from("\u007FELF", "latin1");

/** The compiled guard.bpf.c for this architecture, if this kernel can take it. */
export function readObjectFile(): { readonly bytes: Uint8Array } | { readonly error: string } {
  if (!hasKernelTypes()) {
    return { error: `the kernel has no type information (${KERNEL_TYPES}; CONFIG_DEBUG_INFO_BTF)` };
  }
  try {
    const bytes = readFileSync(fileURLToPath(new URL(`guard.${arch}.bpf.o`, import.meta.url)));
    return bytes.indexOf(ELF_MAGIC) === 0 ? { bytes } : { error: notBuilt("is damaged") };
  } catch {
    return { error: notBuilt("is not built") };
  }
}

function notBuilt(state: string): string {
  return `the eBPF program ${state} for ${arch} (install clang and llvm, then: npm run build:bpf)`;
}

/** There, readable, and not empty as in a container that hides it. */
function hasKernelTypes(): boolean {
  try {
    accessSync(KERNEL_TYPES, constants.R_OK);
    return statSync(KERNEL_TYPES).size > 0;
  } catch {
    return false;
  }
}

/** Processors that may ever run, which is more than are running: `0-3,8` counts nine. */
export function countPossibleProcessors(): number {
  const last = /(?<last>\d+)\s*$/.exec(readFileSync(POSSIBLE_PROCESSORS, "utf8"))?.groups?.["last"];
  return Number(last ?? 0) + 1;
}
