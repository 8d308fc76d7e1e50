import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { followPeakMemory } from "../harness/peak-memory.ts";
import { readStolenMs } from "../harness/stolen-time.ts";

export const GUARD = fileURLToPath(new URL("../../bin/runner-guard", import.meta.url));

export interface PipelineOptions {
  /** Of `redact`. */
  readonly flags: readonly string[];
  /** Read over and over, so often. */
  readonly input: string;
  readonly times?: number;
  readonly directory: string;
}

export interface PipelineRun {
  readonly wallMs: number;
  /** Of the redactor, in user mode and in the kernel. */
  readonly cpuMs: number;
  /** Of all processors, by the machine's host. */
  readonly stolenMs: number;
  readonly peakMemoryBytes: number;
}

/** The redactor has a processor of its own; whoever writes and whoever reads share the other one. */
const SCRIPT = `
feed() { i=0; while [ $i -lt "$TIMES" ]; do dd if="$INPUT" bs=65536 status=none; i=$((i + 1)); done; }
redact() { sh -c 'echo $$ > "$0"; exec taskset -c 0 "$@"' "$PID_FILE" "$@"; status=$?; times > "$CPU_FILE"; return $status; }
export -n TIMES INPUT 2>/dev/null
taskset -cp 1 $$ >/dev/null
feed | redact "$@" | cat > /dev/null
`;

/** `dd | runner-guard redact | cat`: real pipes, pieces of 64 KiB, from before the start to after the end. */
export async function runPipeline(options: PipelineOptions): Promise<PipelineRun> {
  const { flags, input, times = 1, directory } = options;
  const [pidFile, cpuFile] = [join(directory, "pid"), join(directory, "cpu")];
  using peak = followPeakMemory(() => readPid(pidFile));
  const [begun, stolenBefore] = [process.hrtime.bigint(), readStolenMs()];
  const pipeline = spawn(
    "bash",
    ["-o", "pipefail", "-c", SCRIPT, "bash", GUARD, "redact", ...flags],
    {
      env: {
        ...process.env,
        INPUT: input,
        TIMES: String(times),
        PID_FILE: pidFile,
        CPU_FILE: cpuFile,
      },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let errors = "";
  pipeline.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  const status = await new Promise<number | null>((resolve, reject) => {
    pipeline.once("error", reject);
    pipeline.once("close", resolve);
  });
  if (status !== 0) throw new Error(`redact ${flags.join(" ")} ended with ${status}: ${errors}`);
  return {
    wallMs: Number(process.hrtime.bigint() - begun) / 1e6,
    cpuMs: readCpuMs(cpuFile),
    stolenMs: readStolenMs() - stolenBefore,
    peakMemoryBytes: peak.bytes,
  };
}

/** What bash's `times` says of the programs that it waited for, in its second line: `0m1.234s 0m0.056s`. */
function readCpuMs(file: string): number {
  const ofPrograms = readFileSync(file, "utf8").split("\n")[1] ?? "";
  let ms = 0;
  for (const [, minutes, seconds] of ofPrograms.matchAll(/(\d+)m([\d.]+)s/gu)) {
    ms += (Number(minutes) * 60 + Number(seconds)) * 1_000;
  }
  return ms;
}

function readPid(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}
