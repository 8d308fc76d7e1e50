/** Where a file lies, in words that are the same on each machine and in each run. */
import { generaliseLabel } from "./generalise-label.ts";
import { toPlainText } from "./plain-text.ts";

/**
 * `system` and `tools` are where programs are installed, by packages or by tools of a user's own; `modules` is what a package manager
 * unpacked into the project; `built` is what compilers leave.
 */
export type PlaceKind =
  | "system"
  | "tools"
  | "modules"
  | "built"
  | "workspace"
  | "runner"
  | "temporary"
  | "home"
  | "kernel"
  | "other";

export interface Place {
  readonly kind: PlaceKind;
  /** What of the path is left behind it. */
  readonly rest: string;
}

interface Root {
  readonly kind: PlaceKind;
  readonly pattern: RegExp;
}

const HOME =
  "(?:/home/[^/]+|/root|/github/home|/Users/[^/]+|/var/lib/(?:jenkins|buildkite-agent|gitlab-runner)|/builder/home)";
const WORK = "(?:/(?:.*/)?_?work|/__w)";

/** The first that fits, so that what is named more closely comes first. */
const ROOTS: readonly Root[] = [
  { kind: "kernel", pattern: /^\/(?:proc|sys|dev)(?=\/(?!shm\/))/ },
  { kind: "runner", pattern: new RegExp(`^${WORK}/_(?:actions|temp|update|PipelineMapping)(?=/)`) },
  { kind: "runner", pattern: /^\/github\/(?:file_commands|workflow|runner_temp)(?=\/)/ },
  { kind: "tools", pattern: new RegExp(`^${WORK}/_tool(?=/)`) },
  {
    kind: "tools",
    pattern:
      /^(?:\/opt\/hostedtoolcache|\/__t|\/__e|\/home\/linuxbrew|\/nix\/store|\/gnu\/store|\/snap)(?=\/)/,
  },
  {
    kind: "tools",
    pattern:
      /^(?:.*\/(?:actions-runner|runners\/[\d.]+)\/(?:externals|bin)|\/home\/runner\/externals)(?=\/)/,
  },
  {
    kind: "tools",
    pattern: new RegExp(
      `^${HOME}/(?:\\.(?:cargo|rustup|nvm|pyenv|rbenv|nodenv|goenv|jenv|asdf|mise|volta|bun|deno|dotnet|sdkman|ghcup|cabal|opam|nimble|krew|foundry|pulumi|poetry|pixi|conda|nix-profile|linuxbrew|gvm|phpenv|rvm|gem|gradle|jdks|npm-global|pub-cache|local/bin|local/lib|local/share/(?:pnpm|uv|mise|pipx|pypoetry|fnm|rtx)|cache/(?:ms-playwright|puppeteer|Cypress|selenium|electron|pre-commit|bazel|bazelisk|node/corepack))|go/bin|miniconda3?|anaconda3?)(?=/)`,
    ),
  },
  {
    kind: "modules",
    pattern: /^.*\/(?:node_modules|site-packages|dist-packages|vendor\/bundle)(?=\/)/,
  },
  {
    kind: "modules",
    pattern:
      /^.*\/(?:\.?v?env|virtualenvs?\/[^/]+|\.tox\/[^/]+|\.nox\/[^/]+|\.direnv\/[^/]+)(?=\/bin\/)/,
  },
  { kind: "built", pattern: /^.*\/target\/(?:[a-z0-9_-]+\/)?(?:debug|release)(?=\/)/ },
  { kind: "built", pattern: /^.*\/go-build\d+(?=\/)/ },
  { kind: "workspace", pattern: new RegExp(`^${WORK}/[^/_][^/]*/[^/]+(?=/|$)`) },
  { kind: "workspace", pattern: /^\/github\/workspace(?=\/|$)/ },
  { kind: "workspace", pattern: /^\/builds\/[^/]+\/[^/]+(?=\/|$)/ },
  {
    kind: "workspace",
    pattern: /^\/(?:var\/lib\/jenkins|home\/jenkins(?:\/agent)?)\/workspace\/[^/]+(?=\/|$)/,
  },
  {
    kind: "workspace",
    pattern: /^\/var\/lib\/buildkite-agent\/builds\/[^/]+\/[^/]+\/[^/]+(?=\/|$)/,
  },
  {
    kind: "workspace",
    pattern:
      /^\/(?:workspaces?|drone\/src|bitrise\/src|home\/circleci\/project|root\/project)(?=\/|$)/,
  },
  {
    kind: "temporary",
    pattern: /^(?:\/tmp|\/var\/tmp|\/dev\/shm|\/run|\/var\/run|\/var\/folders)(?=\/|$)/,
  },
  { kind: "home", pattern: new RegExp(`^${HOME}(?=/|$)`) },
  { kind: "system", pattern: /^\/(?:usr|bin|sbin|lib|lib64|opt|etc|boot|var|srv|nix)(?=\/|$)/ },
];

/** What a place is stands at its beginning; a path may have thousands of characters more. */
export const MAX_PATH = 512;

export function isWithin(path: string, workspace: string | undefined): workspace is string {
  return workspace !== undefined && (path === workspace || path.startsWith(`${workspace}/`));
}

/** `workspace`: the directory of the job, where it is known and none of those that are known by their names. */
export function toPlace(given: string, workspace?: string): Place {
  const path = given.slice(0, MAX_PATH);
  const inside = isWithin(path, workspace)
    ? `/builds/own/project${path.slice(workspace.length)}`
    : path;
  for (const { kind, pattern } of ROOTS) {
    const found = pattern.exec(inside);
    if (found !== null) return { kind, rest: inside.slice(found[0].length + 1) };
  }
  return { kind: "other", rest: inside.slice(1) };
}

const MAX_CLASS_CHARACTERS = 120;
const SYSTEM_PARTS = 2;
const MAX_PARTS = 3;

/** A class of files; undefined: they belong to the job's own work, or are the kernel's. */
export function toFileClass(path: string, workspace?: string): string | undefined {
  const { kind, rest } = toPlace(path, workspace);
  if (kind === "workspace" || kind === "modules" || kind === "built" || kind === "kernel") {
    return undefined;
  }
  const parts = rest.split("/", MAX_PARTS).map(generaliseLabel);
  if (kind === "home")
    return toText(`~/${parts[0]?.startsWith(".") === true ? toHidden(parts) : "*"}`);
  if (kind === "system" || kind === "other") {
    const whole = path.split("/", SYSTEM_PARTS + 2).map(generaliseLabel);
    return toText(whole.slice(0, SYSTEM_PARTS + 1).join("/"));
  }
  return kind;
}

/** `.cache` and the like hold a folder for each program. */
const SHELVES = new Set([".cache", ".config", ".local"]);

function toHidden([first = "", second, third]: readonly string[]): string {
  if (!SHELVES.has(first) || second === undefined) return first;
  return first === ".local" && third !== undefined
    ? `${first}/${second}/${third}`
    : `${first}/${second}`;
}

function toText(text: string): string {
  return toPlainText(text, MAX_CLASS_CHARACTERS);
}
