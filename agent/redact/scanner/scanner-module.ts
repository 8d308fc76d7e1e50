/** The WebAssembly module that scanner.c is compiled to, and what it exports. */
import { readFileSync } from "node:fs";

/** Addresses are positions in `memory`. Every struct is as the header has it that fills it. */
export interface ScannerModule {
  readonly memory: WebAssembly.Memory;
  /** The first byte that the module leaves to others. */
  readonly heapBase: number;
  readonly hitsAt: number;
  readonly runsAt: number;
  readonly classBitsAt: number;
  readonly anchorsAt: number;
  readonly stepCostsAt: number;
  readonly mayEndValueAt: number;
  readonly radixesAt: number;
  readonly escapedAt: number;
  readonly windowTablesAt: readonly [long: number, short: number];
  hitCount(): number;
  runCount(): number;
  stretchCount(): number;
  /** 0 where there is no room for it. */
  linkAnchor(index: number): number;
  /** `side` is 0 for what is behind the window, 1 for what is before it. */
  limitWindow(id: number, side: number, isAny: number, bytes: number): void;
  /** Of a window that is of a pattern of which no place is linked. */
  limitByOther(id: number): void;
  linkWindows(isShort: number, from: number, to: number): void;
  /** Those of the indices `[from, to)`, where all of them are at `places`. */
  linkPlaces(places: number, from: number, to: number): void;
  scanAnchors(start: number, first: number, from: number, end: number): number;
  scanLeads(start: number, from: number, end: number): number;
  scanLongWindows(start: number, first: number, from: number, end: number): number;
  scanShortWindows(start: number, first: number, from: number, end: number): number;
  /** `marks` is 0 where there are none. */
  scanRuns(from: number, end: number, marks: number): number;
  /** How many stretches were read. */
  decodeEscapes(searchAt: number): number;
  mapEscapes(input: MappedEscapes): number;
  /** How many stretches it became, which are where `escapedAt` has those that were escaped; or NOT_PLAIN or NO_ROOM. */
  decodeRun(input: PlainRun): number;
  mayHoldValue(from: number, end: number): number;
  strip(input: StripInput): number;
  countBytes(from: number, end: number, byte: number): number;
  /** 0 where there is none. */
  findLast(from: number, end: number, byte: number): number;
  /** 0 where there is none. */
  findFirst(from: number, end: number, byte: number): number;
}

/** A stretch that was read, `[from, end)` of the text `[start, textEnd)`, and where there is room for its map. */
export interface MappedEscapes {
  readonly start: number;
  readonly textEnd: number;
  readonly syntaxes: number;
  readonly from: number;
  readonly end: number;
  readonly mapAt: number;
}

/** A run of `[…, textEnd)`, and where there is room for what it says, with the marks of that. */
export interface PlainRun {
  readonly kind: number;
  readonly start: number;
  readonly end: number;
  readonly alignments: number;
  readonly textEnd: number;
  readonly isOpen: boolean;
  readonly room: number;
  readonly marksAt: number;
  readonly roomEnd: number;
}

export interface StripInput {
  readonly from: number;
  readonly end: number;
  readonly to: number;
  readonly stretchesAt: number;
  readonly beginsLine: boolean;
}

export function loadScannerModule(): ScannerModule {
  const code = readFileSync(new URL("scanner.wasm", import.meta.url));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code));
  const call = (name: string): ((...values: number[]) => number) => toCallable(exports, name);
  const { memory, __heap_base: heapBase } = exports;
  if (!(memory instanceof WebAssembly.Memory) || !(heapBase instanceof WebAssembly.Global)) {
    throw new TypeError("scanner.wasm is not what scanner.c is compiled to");
  }
  const strip = call("strip");
  const mapEscapes = call("map_escapes");
  const decodeRun = call("decode_run");
  const windowTableAt = call("window_table_at");
  return {
    memory,
    heapBase: Number(heapBase.value),
    hitsAt: call("hits_at")(),
    runsAt: call("runs_at")(),
    classBitsAt: call("class_bits_at")(),
    anchorsAt: call("anchors_at")(),
    stepCostsAt: call("step_costs_at")(),
    mayEndValueAt: call("may_end_value_at")(),
    radixesAt: call("radixes_at")(),
    escapedAt: call("escaped_at")(),
    windowTablesAt: [windowTableAt(0), windowTableAt(1)],
    hitCount: call("hit_count_of"),
    runCount: call("run_count_of"),
    stretchCount: call("stretch_count_of"),
    linkAnchor: call("link_anchor"),
    limitWindow: call("limit_window"),
    limitByOther: call("limit_by_other"),
    linkWindows: call("link_windows"),
    linkPlaces: call("link_places"),
    scanAnchors: call("scan_anchors"),
    scanLeads: call("scan_leads"),
    scanLongWindows: call("scan_long_windows"),
    scanShortWindows: call("scan_short_windows"),
    scanRuns: call("scan_runs"),
    decodeEscapes: call("decode_escapes"),
    mapEscapes: ({ start, textEnd, syntaxes, from, end, mapAt }) =>
      mapEscapes(start, textEnd, syntaxes, from, end, mapAt),
    decodeRun: ({ kind, start, end, alignments, textEnd, isOpen, room, marksAt, roomEnd }) =>
      decodeRun(kind, start, end, alignments, textEnd, Number(isOpen), room, marksAt, roomEnd),
    mayHoldValue: call("may_hold_value"),
    strip: ({ from, end, to, stretchesAt, beginsLine }) =>
      strip(from, end, to, stretchesAt, Number(beginsLine)),
    countBytes: call("count_bytes"),
    findLast: call("find_last"),
    findFirst: call("find_first"),
  };
}

function toCallable(exports: WebAssembly.Exports, name: string): (...values: number[]) => number {
  const exported = exports[name];
  if (!isCallable(exported)) throw new TypeError(`scanner.wasm does not export ${name}`);
  return exported;
}

function isCallable(exported: unknown): exported is (...values: number[]) => number {
  return typeof exported === "function";
}
