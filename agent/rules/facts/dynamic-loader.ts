/** ld.so(8), started as a program: it runs the one that it is given. */
const LOADER = /^ld(?:-linux[\w.-]*|-musl-[\w.-]*|-[\d.]+|64|)\.so(?:\.\d+)?$/;

export function isDynamicLoader(executable: string): boolean {
  const base = executable.slice(executable.lastIndexOf("/") + 1);
  return base.startsWith("ld") && LOADER.test(base);
}

/** What `--preload` and `--audit` were given. */
export function* loadedByOption(args: readonly string[]): Generator<string, void, undefined> {
  for (const [at, arg] of args.entries()) {
    const [option = "", value] = arg.split("=", 2);
    if (option === "--preload" || option === "--audit") yield value ?? args[at + 1] ?? "";
    else if (at > 0 && !arg.startsWith("-") && !args[at - 1]?.startsWith("--")) return;
  }
}
