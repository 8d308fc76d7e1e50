/** Programs that do what another text says: which argument that is. From their manuals, as of 2026. */

interface Interpreter {
  /** Options that have a value of their own behind them. */
  readonly withValue: ReadonlySet<string>;
  /** Behind which the program itself stands. */
  readonly inline: ReadonlySet<string>;
  readonly module: ReadonlySet<string>;
  /** The first argument is a word of its own, `run` say, and the script comes behind it. */
  readonly verbs?: ReadonlySet<string>;
}

const NODE: Interpreter = {
  withValue: toSet(
    "-r --require --import --loader --experimental-loader -C --conditions --env-file --title --input-type",
  ),
  inline: toSet("-e --eval -p --print -pe"),
  module: toSet("--test --run"),
};
const PYTHON: Interpreter = {
  withValue: toSet("-W -X --check-hash-based-pycs"),
  inline: toSet("-c"),
  module: toSet("-m"),
};
const RUBY: Interpreter = {
  withValue: toSet("-r -I -C -E -K"),
  inline: toSet("-e"),
  module: toSet("-S"),
};
const PERL: Interpreter = {
  withValue: toSet("-I"),
  inline: toSet("-e -E -ne -pe -pi"),
  module: toSet(""),
};
const PHP: Interpreter = {
  withValue: toSet("-c -d -z"),
  inline: toSet("-r -B -R -E"),
  module: toSet(""),
};
const JAVA: Interpreter = {
  withValue: toSet(
    "-cp -classpath --class-path -p --module-path --add-modules --add-opens --add-exports --add-reads -javaagent",
  ),
  inline: toSet(""),
  module: toSet("-m --module"),
};
const DOTNET: Interpreter = {
  withValue: toSet(
    "--additionalprobingpath --depsfile --runtimeconfig --roll-forward --fx-version",
  ),
  inline: toSet(""),
  module: toSet("exec"),
};
const DENO: Interpreter = {
  withValue: toSet("--config --import-map --lock"),
  inline: toSet("eval"),
  module: toSet(""),
  verbs: toSet("run test bench x"),
};

const INTERPRETERS: ReadonlyMap<string, Interpreter> = new Map([
  ["node", NODE],
  ["python", PYTHON],
  ["pypy", PYTHON],
  ["ruby", RUBY],
  ["perl", PERL],
  ["php", PHP],
  ["java", JAVA],
  ["dotnet", DOTNET],
  ["deno", DENO],
  ["bun", DENO],
  ["Rscript", RUBY],
]);

export interface ScriptSource {
  /** `module`: it is found by its name, and `file`: by its path. */
  readonly type: "inline" | "none" | "module" | "file";
  /** Empty of the first two. */
  readonly text: string;
}

/** How many arguments are looked at: options come first. */
const MAX_ARGUMENTS = 64;

/** Undefined: it is no interpreter. `args` begins with the program's own name. */
export function findScript(program: string, args: readonly string[]): ScriptSource | undefined {
  const interpreter = INTERPRETERS.get(program);
  if (interpreter === undefined) return undefined;
  const { withValue, inline, module, verbs } = interpreter;
  const last = Math.min(args.length, MAX_ARGUMENTS);
  for (let index = 1; index < last; index += 1) {
    const arg = args[index] ?? "";
    const next = args[index + 1];
    if (inline.has(arg)) return { type: "inline", text: "" };
    if (module.has(arg) && next !== undefined) return { type: "module", text: next };
    if (arg === "-jar" && next !== undefined) return { type: "file", text: next };
    if (arg === "-") return { type: "inline", text: "" };
    if (withValue.has(arg)) index += 1;
    else if (!arg.startsWith("-") && verbs?.has(arg) !== true) {
      return { type: program === "java" ? "module" : "file", text: arg };
    }
  }
  return { type: "none", text: "" };
}

function toSet(words: string): ReadonlySet<string> {
  return new Set(words.split(" "));
}
