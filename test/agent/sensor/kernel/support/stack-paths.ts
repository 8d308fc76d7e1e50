import { execFileSync } from "node:child_process";

interface Function {
  stackBytes: number;
  /** By name, or by where it begins in `.text`. */
  readonly calls: Set<string | number>;
}

/** What kernels without private stacks (before 6.13) round the stack of each function up to. */
const ROUNDED_TO = 32;
const INSTRUCTION_BYTES = 8;

/** How many bytes of stack the deepest path of calls takes that begins at each program of an object. */
export function findDeepestPaths(object: string): Map<string, number> {
  const { functions, text, programs } = readFunctions(object);
  const depthOf = (name: string): number => {
    const { stackBytes, calls } = functions.get(name) ?? { stackBytes: 0, calls: [] };
    const own = Math.max(Math.ceil(stackBytes / ROUNDED_TO), 1) * ROUNDED_TO;
    const below = [...calls].map((callee) =>
      depthOf(typeof callee === "number" ? (text.get(callee) ?? "") : callee),
    );
    return own + Math.max(0, ...below);
  };
  return new Map(programs.map((name) => [name, depthOf(name)]));
}

function readFunctions(object: string) {
  const functions = new Map<string, Function>();
  const text = new Map<number, string>();
  const programs: string[] = [];
  let section = "";
  let current: Function = { stackBytes: 0, calls: new Set() };
  let instruction = "";
  for (const line of disassemble(object)) {
    section = /^Disassembly of section (?<name>.+):$/.exec(line)?.groups?.["name"] ?? section;
    const { at = "", name } = /^(?<at>[0-9a-f]+) <(?<name>\w+)>:$/.exec(line)?.groups ?? {};
    if (name !== undefined && !name.startsWith("LBB")) {
      current = { stackBytes: 0, calls: new Set() };
      functions.set(name, current);
      if (section === ".text") text.set(Number.parseInt(at, 16), name);
      else programs.push(name);
    }
    const callee = /R_BPF_64_(?:32|64)\s+(?<symbol>\S+)$/.exec(line)?.groups?.["symbol"];
    if (callee === ".text") current.calls.add(toOffset(instruction));
    else if (callee !== undefined && instruction.startsWith("call")) current.calls.add(callee);
    instruction = /^\s+\d+:\s+(?<text>.+)$/.exec(line)?.groups?.["text"] ?? instruction;
    // From the frame's pointer, as memory or to make an address of.
    const reach = /(?:r10 - |\+= -)(?<bytes>\d+|0x[0-9a-f]+)/.exec(instruction)?.groups?.["bytes"];
    if (reach !== undefined) current.stackBytes = Math.max(current.stackBytes, Number(reach));
  }
  return { functions, text, programs };
}

/** Of a call it is counted in instructions from the one behind it on; of a function that a helper is given, in bytes. */
function toOffset(instruction: string): number {
  const call = /^call (?<at>-?\w+)/.exec(instruction)?.groups?.["at"];
  if (call !== undefined) return (Number(call) + 1) * INSTRUCTION_BYTES;
  return Number(/= (?<at>\w+) ll/.exec(instruction)?.groups?.["at"]);
}

function disassemble(object: string): string[] {
  const flags = ["--disassemble", "--reloc", "--no-show-raw-insn"];
  return execFileSync("llvm-objdump", [...flags, object], {
    encoding: "utf8",
    maxBuffer: 64 * 2 ** 20,
  }).split("\n");
}
