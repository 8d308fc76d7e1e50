import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "../..");
const NODE = join(repository, ".node24/node");

const PARTS = ["agent", "command-line", "protocol", "bin", "scripts", "package.json"];

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Source {
  readonly root: string;
}

/** A checkout of its own, with all that the agent is made of; the bundle is there once it is built. */
export class BundledCheckout implements Disposable {
  readonly root = mkdtempSync(join(tmpdir(), "bundled-checkout-"));
  readonly work = join(this.root, "work");

  constructor(from: Source = { root: repository }, parts = PARTS) {
    mkdirSync(this.work);
    for (const name of parts) {
      cpSync(join(from.root, name), join(this.root, name), { recursive: true });
    }
    symlinkSync(join(repository, "node_modules"), join(this.root, "node_modules"));
    symlinkSync(join(repository, ".node24"), join(this.root, ".node24"));
  }

  [Symbol.dispose](): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** With its bundle. */
  copy(): BundledCheckout {
    return new BundledCheckout(this, [...PARTS, ".cache/bundle"]);
  }

  /** As start.mjs sees it. */
  get state(): string {
    const script = `import { findBundle } from ${JSON.stringify(join(this.root, "agent/bundle/find-bundle.mjs"))};
      process.stdout.write(findBundle(${JSON.stringify(this.root)}).state);`;
    return spawnSync(NODE, ["--input-type=module", "-e", script], { encoding: "utf8" }).stdout;
  }

  build(): void {
    const { status, stderr } = spawnSync(NODE, [join(this.root, "scripts/build-bundle.mjs")], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
  }

  /** What is loaded of the agent's own, as paths below the checkout; and how it ended. */
  trace(args: readonly string[]): Ended & { readonly modules: readonly string[] } {
    const list = join(this.work, "modules");
    const tracer = join(this.work, "tracer.mjs");
    writeFileSync(list, "");
    writeFileSync(
      tracer,
      `import { appendFileSync } from "node:fs";
      import module, { syncBuiltinESMExports } from "node:module";
      const { registerHooks } = module;
      const tracer = {
        load(url, context, nextLoad) {
          appendFileSync(${JSON.stringify(list)}, url + "\\n");
          return nextLoad(url, context);
        },
      };
      let tracing = registerHooks(tracer);
      // The last ones are asked first, and may answer.
      module.registerHooks = (hooks) => {
        const registered = registerHooks(hooks);
        tracing.deregister();
        tracing = registerHooks(tracer);
        return registered;
      };
      syncBuiltinESMExports();`,
    );
    const { status, stdout, stderr } = spawnSync(
      NODE,
      [
        "--disable-warning=ExperimentalWarning",
        `--import=${tracer}`,
        join(this.root, "agent/start.mjs"),
        ...args,
      ],
      { cwd: this.work, encoding: "utf8" },
    );
    const own = `file://${this.root}/`;
    const modules = readFileSync(list, "utf8")
      .split("\n")
      .flatMap((url) => (url.startsWith(own) ? [url.slice(own.length)] : []));
    return { status, stdout, stderr, modules };
  }

  run(args: readonly string[], input = ""): Ended {
    const { status, stdout, stderr } = spawnSync(join(this.root, "bin/runner-guard"), args, {
      cwd: this.work,
      encoding: "utf8",
      input,
    });
    return { status, stdout, stderr };
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, path), text);
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }

  /** Of the bundle, below the checkout. */
  file(name: string): string {
    const folder = readdirSync(join(this.root, ".cache/bundle")).find(
      (entry) => !entry.endsWith(".json"),
    );
    return join(".cache/bundle", String(folder), name);
  }
}
