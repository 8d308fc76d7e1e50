/** The eBPF programs that a process holds, and whether the kernel still has them. */
import { closeSync, readdirSync, readFileSync } from "node:fs";

import koffi from "koffi";

/** Numbers from linux/bpf.h and the kernel's unistd.h. */
const BPF_PROG_GET_FD_BY_ID = 13;
const BPF_CALL = process.arch === "arm64" ? 280 : 321;

export function programIdsOf(pid: number): number[] {
  return readdirSync(`/proc/${pid}/fdinfo`).flatMap((descriptor) => {
    const id = /^prog_id:\s*(?<id>\d+)/m.exec(readFdInfo(pid, descriptor))?.groups?.["id"];
    return id === undefined ? [] : [Number(id)];
  });
}

export function hasProgram(id: number): boolean {
  const call: (number: number, command: number, attributes: Uint32Array, size: number) => number =
    koffi
      .load(null)
      .func("int64_t syscall(int64_t number, int64_t command, void *attributes, size_t size)");
  const attributes = new Uint32Array([id, 0, 0, 0]);
  const descriptor = call(BPF_CALL, BPF_PROG_GET_FD_BY_ID, attributes, attributes.byteLength);
  if (descriptor < 0) return false;
  closeSync(descriptor);
  return true;
}

function readFdInfo(pid: number, descriptor: string): string {
  try {
    return readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, "latin1");
  } catch {
    return "";
  }
}
