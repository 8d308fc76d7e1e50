import koffi from "koffi";

import { type Settings, writeSettings } from "../../../../../agent/sensor/kernel/settings.ts";

/** BPF_LOG_STATS: what it took, and not what was looked at. */
const STATISTICS = 4;
const LOG_BYTES = 4_096;

/** How many instructions the kernel walks through to check each program of an object, loaded as the guard would. */
export function countVerifierSteps(object: Uint8Array, settings: Settings): Map<string, number> {
  const libbpf = koffi.load("libbpf.so.1");
  libbpf.func("void *libbpf_set_print(void *callback)")(null);
  const open = libbpf.func(
    "void *bpf_object__open_mem(const void *bytes, size_t size, void *options)",
  );
  const next = libbpf.func("void *bpf_object__next_program(void *object, void *program)");
  const nameOf = libbpf.func("const char *bpf_program__name(void *program)");
  const setLevel = libbpf.func("int bpf_program__set_log_level(void *program, uint32_t level)");
  const setLog = libbpf.func("int bpf_program__set_log_buf(void *program, void *log, size_t size)");
  const findMap = libbpf.func("void *bpf_object__find_map_by_name(void *object, const char *name)");
  const initial = libbpf.func("void *bpf_map__initial_value(void *map, _Out_ size_t *size)");
  const resize = libbpf.func("int bpf_map__set_max_entries(void *map, uint32_t entries)");
  const load = libbpf.func("int bpf_object__load(void *object)");
  const close = libbpf.func("void bpf_object__close(void *object)");

  const opened = open(object, object.length, null);
  const size = [0];
  const section = initial(findMap(opened, ".rodata.settings"), size);
  writeSettings(koffi.view(section, Number(size[0])), settings);
  resize(findMap(opened, "ring"), 2 ** 20);
  const logs = new Map<string, Buffer>();
  for (let program = next(opened, null); program !== null; program = next(opened, program)) {
    const log = Buffer.alloc(LOG_BYTES);
    logs.set(nameOf(program), log);
    setLevel(program, STATISTICS);
    setLog(program, log, LOG_BYTES);
  }
  const status = load(opened);
  close(opened);
  if (status !== 0) throw new Error(`the kernel refuses the programs: ${status}`);
  return new Map([...logs].map(([name, log]) => [name, toSteps(log.toString("latin1"))]));
}

function toSteps(log: string): number {
  return Number(/processed (?<steps>\d+) insns/.exec(log)?.groups?.["steps"]);
}
