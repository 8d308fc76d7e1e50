import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where a play happens: a folder of its own, which is its home too. */
export interface Stage {
  readonly folder: string;
  /** A process that the job did not start, with nothing in its memory. */
  readonly outsider: number;
  readonly guard: number;
  /** Writes a file; a program where `isProgram`. */
  readonly put: (name: string, text: string, isProgram?: "program") => void;
  /** A program that does nothing, under another name. */
  readonly putIdle: (name: string) => void;
  /** A program that prints its file, under another name. */
  readonly putPrinter: (name: string) => void;
  /** Runs a script of the shell's, to its end. */
  readonly runScript: (text: string) => void;
  readonly run: (
    program: string,
    args: readonly string[],
    options?: { readonly calledAs?: string },
  ) => void;
}

/** None takes a second. */
const PATIENCE_MS = 10_000;

export function createStage(place: Pick<Stage, "folder" | "outsider" | "guard">): Stage {
  const { folder } = place;
  const run: Stage["run"] = (program, args, { calledAs } = {}) => {
    spawnSync(program, [...args], {
      cwd: folder,
      stdio: ["ignore", "inherit", "ignore"],
      timeout: PATIENCE_MS,
      killSignal: "SIGKILL",
      ...(calledAs !== undefined && { argv0: calledAs }),
    });
  };
  const put: Stage["put"] = (name, text, isProgram) => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    if (isProgram) chmodSync(path, 0o700);
  };
  return {
    ...place,
    put,
    putIdle: (name) => copyFileSync("/bin/true", join(folder, name)),
    putPrinter: (name) => copyFileSync("/bin/cat", join(folder, name)),
    run,
    runScript(text) {
      put("play.sh", text);
      run("sh", ["play.sh"]);
    },
  };
}
