import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "../..");

/** Set-up, and what it asks of the agent. */
const COPIED = ["scripts", "bin", ".ci", "package.json", "package-lock.json", "agent/bundle"];

export interface SetupRun {
  readonly status: number | null;
  readonly stderr: string;
}

export interface SetupOptions {
  readonly args?: readonly string[];
  /** What the script is made to believe of the machine it runs on. */
  readonly machine?: { readonly userId?: number; readonly nodeVersion?: string };
}

/**
 * A checkout of its own, on a machine whose PATH holds nothing but the programs that a test puts there: `npm`, `apt-get`
 * and the like are small shell scripts, and each call of one is a line in `calls`.
 */
export class SandboxCheckout implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), "checkout-"));
  readonly #tools = join(this.root, "tools");
  readonly #log = join(this.root, "calls.log");

  constructor() {
    mkdirSync(this.#tools);
    for (const name of COPIED) {
      cpSync(join(repository, name), join(this.root, name), { recursive: true });
    }
    this.addTool("npm", "/bin/mkdir -p node_modules/commander node_modules/koffi");
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** A program of this name on the machine's PATH; `body` is the shell code that it runs. */
  addTool(name: string, body = ""): void {
    const path = join(this.#tools, name);
    writeFileSync(path, `#!/bin/sh\necho "${name} $*" >>${this.#log}\n${body}\n`);
    chmodSync(path, 0o755);
  }

  removeTool(name: string): void {
    rmSync(join(this.#tools, name));
  }

  get tools(): string {
    return this.#tools;
  }

  calls(name: string): string[] {
    if (!existsSync(this.#log)) return [];
    return readFileSync(this.#log, "utf8")
      .split("\n")
      .filter((line) => line.startsWith(`${name} `));
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.root, path, ".."), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  exists(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  async setUp(options: SetupOptions = {}): Promise<SetupRun> {
    return finish(this.startSetup(options));
  }

  startSetup({ args = [], machine = {} }: SetupOptions = {}): ChildProcess {
    const pretence = toPreload(machine);
    const argv = ["--import", pretence, join(this.root, "scripts/setup.mjs"), ...args];
    return spawn(process.execPath, argv, {
      cwd: "/",
      env: { PATH: this.#tools },
      stdio: ["ignore", "ignore", "pipe"],
    });
  }
}

/** Waits for the process to end, and collects what it says on stderr from now on. */
export async function finish(child: ChildProcess): Promise<SetupRun> {
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const { promise, resolve: end, reject } = Promise.withResolvers<number | null>();
  child.on("error", reject).on("close", end);
  return { status: await promise, stderr };
}

function toPreload({
  userId = 1000,
  nodeVersion = process.version,
}: {
  userId?: number;
  nodeVersion?: string;
}): string {
  const program = `
    process.geteuid = () => ${userId};
    Object.defineProperty(process, "version", { value: "${nodeVersion}" });`;
  return `data:text/javascript,${encodeURIComponent(program)}`;
}
