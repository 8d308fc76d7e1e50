import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface WorkDirectory extends Disposable {
  readonly path: string;
}

/** A directory of its own, under the name that the kernel resolves it to, that goes away with all in it. */
export function createWorkDirectory(below = tmpdir()): WorkDirectory {
  const path = realpathSync(mkdtempSync(join(below, "runner-guard-bench-")));
  return {
    path,
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
