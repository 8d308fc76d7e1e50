const TEMPORARY_DIRECTORIES = ["/tmp", "/var/tmp", "/dev/shm", "/run/user"];

/** Where tools install themselves in a home directory although the name is hidden. */
const TOOL_DIRECTORIES = new Set([
  ".asdf",
  ".bin",
  ".bun",
  ".cargo",
  ".deno",
  ".dotnet",
  ".gem",
  ".local",
  ".npm-global",
  ".nvm",
  ".nuget",
  ".pnpm",
  ".pyenv",
  ".rbenv",
  ".rustup",
  ".rye",
  ".sdkman",
  ".tox",
  ".venv",
  ".volta",
]);

export function isInside(path: string, directory: string): boolean {
  if (directory === "/" || directory === "") return false;
  if (!path.startsWith(directory)) return false;
  const { length } = directory;
  return path.length === length || directory.endsWith("/") || path.charAt(length) === "/";
}

/** The directory for temporary files that the path lies in. */
export function temporaryDirectoryOf(path: string): string | undefined {
  return TEMPORARY_DIRECTORIES.find((directory) => isInside(path, directory));
}

export function isTemporary(path: string): boolean {
  return temporaryDirectoryOf(path) !== undefined;
}

/** Some directory of it, or the file itself, has a name that `ls` does not show and no well-known tool uses. */
export function isHidden(path: string): boolean {
  if (!path.includes("/.")) return false;
  return path
    .split("/")
    .some((name) => name.startsWith(".") && name.length > 2 && !TOOL_DIRECTORIES.has(name));
}

/** How a path is shown: from the workspace on, if it is inside. */
export function fromWorkspace(path: string, workspace: string): string {
  return isInside(path, workspace) ? `.${path.slice(workspace.length)}` : path;
}

/** What the path looks like from inside the workspace; outside of it the path itself. */
export function withoutWorkspace(path: string, workspace: string): string {
  return isInside(path, workspace) ? path.slice(workspace.length) : path;
}
