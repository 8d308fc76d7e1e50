/** The WebAssembly module that event-scanner.c is compiled to, and what it exports. */
import { readFileSync } from "node:fs";

/** Addresses are positions in `memory`. Every struct is as event-scanner.c has it. */
export interface ScannerModule {
  readonly memory: WebAssembly.Memory;
  /** The first byte that the module leaves to others. */
  readonly heapBase: number;
  readonly shapesAt: number;
  readonly membersAt: number;
  readonly namesAt: number;
  readonly nameBytesAt: number;
  readonly kindsAt: number;
  readonly linesAt: number;
  setKindCount(count: number): void;
  /** How many lines of `[from, end)` were told of. */
  scan(input: ScanInput): number;
}

export interface ScanInput {
  readonly from: number;
  readonly end: number;
  readonly firstSeq: number;
  readonly maxLines: number;
  readonly maxLineBytes: number;
}

export function loadScannerModule(): ScannerModule {
  const code = readFileSync(new URL("event-scanner.wasm", import.meta.url));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code));
  const call = (name: string): ((...values: number[]) => number) => toCallable(exports, name);
  const { memory, __heap_base: heapBase } = exports;
  if (!(memory instanceof WebAssembly.Memory) || !(heapBase instanceof WebAssembly.Global)) {
    throw new TypeError("event-scanner.wasm is not what event-scanner.c is compiled to");
  }
  const scan = call("scan");
  return {
    memory,
    heapBase: Number(heapBase.value),
    shapesAt: call("shapes_at")(),
    membersAt: call("members_at")(),
    namesAt: call("names_at")(),
    nameBytesAt: call("name_bytes_at")(),
    kindsAt: call("kinds_at")(),
    linesAt: call("lines_at")(),
    setKindCount: call("set_kind_count"),
    scan: ({ from, end, firstSeq, maxLines, maxLineBytes }) =>
      scan(from, end, firstSeq, maxLines, maxLineBytes),
  };
}

function toCallable(exports: WebAssembly.Exports, name: string): (...values: number[]) => number {
  const exported = exports[name];
  if (!isCallable(exported)) throw new TypeError(`event-scanner.wasm does not export ${name}`);
  return exported;
}

function isCallable(exported: unknown): exported is (...values: number[]) => number {
  return typeof exported === "function";
}
