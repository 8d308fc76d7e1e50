/** Whether a file of a checkout is one that git, CI, an editor or a language model's client runs by itself. */
import { AT_TOP, BY_DIRECTORY, DIRECTORIES, GIT_HOOKS } from "../data/workflow-places.ts";

export interface WorkflowFile {
  readonly what: string;
  /** Of the checkout that it is part of. Undefined: it counts wherever it lies, as a hook does. */
  readonly root: string | undefined;
}

/** By its name and the two directories above. `isMoved`: it may be a directory. */
export function findWorkflowFile(path: string, isMoved: boolean): WorkflowFile | undefined {
  const nameAt = path.lastIndexOf("/");
  const name = path.slice(nameAt + 1);
  const parentAt = path.lastIndexOf("/", nameAt - 1);
  const parent = path.slice(parentAt + 1, nameAt);
  if (parent === "hooks" && GIT_HOOKS.has(name) && isOfGit(path, parentAt)) {
    return { what: "a git hook", root: undefined };
  }
  const inDirectory = BY_DIRECTORY.get(parent);
  const top = AT_TOP.get(name);
  if (top !== undefined) return { what: top, root: path.slice(0, nameAt) };
  if (isMoved) {
    const moved = findDirectory(path, { name, nameAt, parent, parentAt });
    if (moved !== undefined) return moved;
  }
  if (name === "action.yml" || name === "action.yaml") return findAction(path);
  if (inDirectory === undefined) return undefined;
  const aboveAt = path.lastIndexOf("/", parentAt - 1);
  const above = path.slice(aboveAt + 1, parentAt);
  const place = inDirectory.find(
    (one) => one.names?.has(name) !== false && one.above?.has(above) !== false,
  );
  return (
    place && {
      what: place.what,
      root: path.slice(0, place.above === undefined ? parentAt : aboveAt),
    }
  );
}

interface Parts {
  readonly name: string;
  readonly nameAt: number;
  readonly parent: string;
  readonly parentAt: number;
}

function findDirectory(path: string, { name, nameAt, parent, parentAt }: Parts) {
  if (name === "hooks" && parent.endsWith(".git")) return { what: "git hooks", root: undefined };
  if (name === "workflows" && parent === ".github") {
    return { what: "workflows of CI", root: path.slice(0, parentAt) };
  }
  const what = DIRECTORIES.get(name);
  return what === undefined ? undefined : { what, root: path.slice(0, nameAt) };
}

/** `.git/hooks`, `.git/modules/NAME/hooks`, and that of a bare repository. */
function isOfGit(path: string, parentAt: number): boolean {
  const folder = path.slice(0, parentAt);
  return folder.endsWith(".git") || folder.includes("/.git/");
}

/** A step that lies in the repository itself. */
function findAction(path: string): WorkflowFile | undefined {
  const at = path.indexOf("/.github/actions/");
  return at === -1 ? undefined : { what: "a step of workflows", root: path.slice(0, at) };
}
