/**
 * What of a checkout is run by git, by CI systems, by editors and by command-line clients of language models without being asked for. From githooks(5),
 * git-config(1), and the manuals of GitHub, GitLab, CircleCI, Buildkite, Jenkins, Azure, VS Code, Cursor, Claude Code, Gemini, Zed, direnv, as of 2026.
 */

export interface WorkflowPlace {
  /** For the message. */
  readonly what: string;
  /** Names of files; undefined: whatever lies in the directory. */
  readonly names?: ReadonlySet<string>;
  /** Names of the directory above; undefined: any. */
  readonly above?: ReadonlySet<string>;
}

const WORKFLOW = "a workflow of CI";
const EDITOR = "what an editor runs by itself";
const AI_CLIENT = "what a client of a language model runs by itself";
const HOOK = "a git hook";

/** By the name of the directory that it lies in. */
export const BY_DIRECTORY: ReadonlyMap<string, readonly WorkflowPlace[]> = new Map([
  ["workflows", [{ what: WORKFLOW, above: toSet(".github .gitea .forgejo") }]],
  ["hooks", [{ what: AI_CLIENT, above: toSet(".claude .cursor") }]],
  [".circleci", [{ what: WORKFLOW }]],
  [".buildkite", [{ what: WORKFLOW }]],
  [".woodpecker", [{ what: WORKFLOW }]],
  [".husky", [{ what: HOOK }]],
  [".githooks", [{ what: HOOK }]],
  ["_", [{ what: HOOK, above: toSet(".husky") }]],
  [".vscode", [{ what: EDITOR, names: toSet("tasks.json settings.json launch.json mcp.json") }]],
  [".zed", [{ what: EDITOR, names: toSet("tasks.json settings.json") }]],
  ["runConfigurations", [{ what: EDITOR, above: toSet(".idea") }]],
  [".devcontainer", [{ what: EDITOR, names: toSet("devcontainer.json") }]],
  [".claude", [{ what: AI_CLIENT, names: toSet("settings.json settings.local.json") }]],
  [".cursor", [{ what: AI_CLIENT, names: toSet("mcp.json hooks.json environment.json") }]],
  [".gemini", [{ what: AI_CLIENT, names: toSet("settings.json") }]],
  [".codex", [{ what: AI_CLIENT, names: toSet("config.toml hooks.json") }]],
  [".kiro", [{ what: AI_CLIENT, names: toSet("mcp.json") }]],
]);

/** By the name of a file at the top of the checkout. */
export const AT_TOP: ReadonlyMap<string, string> = new Map([
  [".gitlab-ci.yml", WORKFLOW],
  ["Jenkinsfile", WORKFLOW],
  ["azure-pipelines.yml", WORKFLOW],
  ["bitbucket-pipelines.yml", WORKFLOW],
  [".travis.yml", WORKFLOW],
  [".drone.yml", WORKFLOW],
  [".cirrus.yml", WORKFLOW],
  ["appveyor.yml", WORKFLOW],
  ["azure-pipelines.yaml", WORKFLOW],
  [".drone.yaml", WORKFLOW],
  [".woodpecker.yml", WORKFLOW],
  [".woodpecker.yaml", WORKFLOW],
  ["cloudbuild.yaml", WORKFLOW],
  ...["lefthook", ".lefthook", "lefthook-local"].flatMap((name): [string, string][] =>
    ["yml", "yaml", "toml", "json"].map((end) => [`${name}.${end}`, HOOK]),
  ),
  [".exrc", EDITOR],
  [".nvim.lua", EDITOR],
  [".dir-locals.el", EDITOR],
  [".pre-commit-config.yaml", HOOK],
  [".envrc", "what direnv runs by itself"],
  [".mcp.json", AI_CLIENT],
]);

/** Directories that are put there as a whole. */
export const DIRECTORIES: ReadonlyMap<string, string> = new Map([
  [".github", WORKFLOW],
  [".circleci", WORKFLOW],
  [".vscode", EDITOR],
  [".claude", AI_CLIENT],
  [".cursor", AI_CLIENT],
  [".husky", HOOK],
]);

/** githooks(5); samples have other names. */
export const GIT_HOOKS: ReadonlySet<string> = toSet(
  "applypatch-msg pre-applypatch post-applypatch pre-commit pre-merge-commit prepare-commit-msg commit-msg post-commit pre-rebase post-checkout post-merge pre-push pre-receive update proc-receive post-receive post-update reference-transaction push-to-checkout pre-auto-gc post-rewrite sendemail-validate fsmonitor-watchman post-index-change",
);

/** What of git's configuration names a program, in small letters. */
export const RUNNING_SETTINGS: ReadonlySet<string> = toSet(
  "core.hookspath core.fsmonitor init.templatedir",
);

/** The same as it stands in the file, and those that only a hostile one would have written past git. */
export const RUNNING_LINES =
  /^\s*(?:hookspath|fsmonitor|templatedir|sshcommand|gitproxy|askpass|pager|editor|sequenceeditor|clean|smudge|process|textconv|command|external)\s*=\s*(?!(?:true|false)\s*$)\S|^\s*\[include(?:if[^\]]*)?\]|^\s*\w+\s*=\s*["']?!/im;

/** Set up hooks by trade, by the name of the program or of its script. */
export const HOOK_MANAGERS: ReadonlySet<string> = toSet(
  "husky lefthook pre-commit prek simple-git-hooks git-hooks yorkie overcommit captainhook git-lfs",
);

/** Write workflows and settings of projects by trade. */
export const PROJECT_GENERATORS: ReadonlySet<string> = toSet(
  "projen copier cookiecutter cruft yo renovate dist cargo-dist nx plop hygen",
);

function toSet(names: string): ReadonlySet<string> {
  return new Set(names.split(" "));
}
