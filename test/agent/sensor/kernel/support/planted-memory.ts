import { spawn } from "node:child_process";
import { once } from "node:events";

import { buildProgram } from "../../../../support/build-program.ts";
import { parseRecords } from "../../../../support/run-program.ts";

export interface PlantedMemory extends AsyncDisposable {
  readonly pid: number;
  /** Where in its memory what is worth stealing lies. */
  readonly address: string;
}

/** A process that is not the job's and has something that the job must not get at. */
export async function plantMemory(): Promise<PlantedMemory> {
  const child = spawn(buildProgram("plant-memory"), [], { stdio: ["pipe", "pipe", "inherit"] });
  const [text] = await once(child.stdout, "data");
  const [record] = parseRecords(String(text));
  return {
    pid: child.pid ?? 0,
    address: String(record?.["address"]),
    async [Symbol.asyncDispose]() {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
