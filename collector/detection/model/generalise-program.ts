/** Which program a process runs, as it is called in each run of a job. */
import { generaliseLabel } from "./generalise-label.ts";
import { findScript, type ScriptSource } from "./interpreters.ts";
import { isWithin, MAX_PATH, type Place, type PlaceKind, toPlace } from "./place.ts";
import { toPlainText } from "./plain-text.ts";
import { remembered } from "./remembered.ts";

export interface SeenProgram {
  readonly executable: string;
  readonly args: readonly string[];
  readonly script?: string | undefined;
  readonly workingDirectory: string | null;
  readonly image: "file" | "memfd" | "deleted" | null;
}

export interface GeneralProgram {
  /** `curl`, `node npm`, `temporary/*`: what features say. */
  readonly name: string;
  /** Where installers put programs, or what came with the packages of the project. Anything else the job made itself. */
  readonly isInstalled: boolean;
  /** Neither that, nor what a build leaves: something that lies about, in a temporary or a home directory, or in no file at all. */
  readonly isLoose: boolean;
  /** It only starts what it was told to: who did that is whoever started it. */
  readonly handsOn: boolean;
}

const MAX_NAME = 120;
const HANDS_ON = new Set(
  "sh bash dash zsh ash ksh fish busybox env sudo su timeout nice ionice nohup setsid stdbuf time xargs tini dumb-init catatonit script unshare runuser setpriv doas chronic flock".split(
    " ",
  ),
);
const MADE: ReadonlySet<PlaceKind> = new Set<PlaceKind>(["built", "workspace", "runner"]);
/** One program under several names. */
const SAME: ReadonlyMap<string, string> = new Map([
  ["python2", "python"],
  ["python3", "python"],
  ["nodejs", "node"],
  ["pypy3", "pypy"],
  ["pip3", "pip"],
  ["gmake", "make"],
  ["gawk", "awk"],
  ["mawk", "awk"],
  ["original-awk", "awk"],
]);

/** By the name of a feature. */
export function isHandingOn(name: string): boolean {
  return HANDS_ON.has(name);
}

/** What a program is by its file alone. */
interface ProgramFile extends GeneralProgram {
  readonly base: string;
  /** The name in full. */
  readonly placed: string;
}

const IN_MEMORY: ProgramFile = {
  base: "",
  placed: "",
  name: "memory/*",
  isInstalled: false,
  isLoose: true,
  handsOn: false,
};

/** Most lie where the directory of the job makes no difference. */
const describeElsewhere: (executable: string) => ProgramFile = remembered(
  (executable) => describeFile(executable),
  { texts: 4_096, maxCharacters: MAX_PATH },
);

export function generaliseProgram(seen: SeenProgram, workspace?: string): GeneralProgram {
  const { executable, args, image } = seen;
  if (image === "memfd" || executable.startsWith("memfd:") || executable.startsWith("/memfd:")) {
    return IN_MEMORY;
  }
  const file =
    image === "deleted" || isWithin(executable, workspace)
      ? describeFile(executable, workspace, image)
      : describeElsewhere(executable);
  const source = file.isInstalled ? toSource(seen, file.base, args) : undefined;
  const script = source === undefined ? "" : toScriptName(source, seen, workspace);
  if (script === "") return file;
  const { placed, isInstalled, isLoose, handsOn } = file;
  return {
    name: toPlainText(`${placed} ${withoutSpaces(script)}`, MAX_NAME),
    isInstalled,
    isLoose,
    handsOn: handsOn && script === "workspace",
  };
}

function describeFile(
  executable: string,
  workspace?: string,
  image?: SeenProgram["image"],
): ProgramFile {
  const place = toPlace(executable, workspace);
  const base = toBase(executable);
  const isInstalled = image !== "deleted" && isInstalledPlace(place);
  const isOwnName = isInstalled && (place.kind !== "modules" || isVirtualPython(place, base));
  const name = isOwnName ? base : withoutSpaces(toPlaced(place, base, executable));
  return {
    base,
    placed: name,
    name: toPlainText(name, MAX_NAME),
    isInstalled,
    isLoose: !isInstalled && !MADE.has(place.kind),
    handsOn: isInstalled && HANDS_ON.has(base),
  };
}

/** A virtual environment's, which is a link to the installed one or a copy. */
function isVirtualPython({ rest }: Place, base: string): boolean {
  return base === "python" && /^bin\/[^/]+$/.test(rest);
}

function isInstalledPlace({ kind }: Place): boolean {
  return kind === "system" || kind === "tools" || kind === "modules";
}

/** `gcc-12` is gcc, and `python3.11` python; `base64` and `bzip2` are what they are. */
function toBase(executable: string): string {
  const base = withoutSpaces(executable.slice(executable.lastIndexOf("/") + 1));
  const plain = base.replace(/-\d[\d.]*$|\d+\.\d[\d.]*$/, "");
  const name = plain === "" ? base : plain;
  return SAME.get(name) ?? name;
}

/** Between a program and its script stands a space, and nowhere else: nobody is taken for `node npm` by his own name. */
function withoutSpaces(name: string): string {
  return name.replaceAll(" ", "_");
}

/** The program itself where the kernel started its interpreter for it. */
function toSource(
  { script }: SeenProgram,
  base: string,
  args: readonly string[],
): ScriptSource | undefined {
  if (HANDS_ON.has(base)) return undefined;
  if (script !== undefined) return { type: "file", text: script };
  return findScript(base, args);
}

const ENDING = /(?:-cli)?\.(?:[cm]?js|py|rb|pl|phar|jar|dll)$/;

function toScriptName(source: ScriptSource, seen: SeenProgram, workspace?: string): string {
  if (source.type === "none") return "";
  if (source.type === "inline") return "inline";
  if (source.type === "module") return generaliseLabel(source.text.split(/[/:]/, 1)[0] ?? "");
  const path = source.text.startsWith("/")
    ? source.text
    : `${seen.workingDirectory ?? ""}/${source.text}`;
  const place = toPlace(path, workspace);
  if (place.kind === "modules") return toPackage(place.rest);
  if (place.kind === "system" || place.kind === "tools") return toBase(path).replace(ENDING, "");
  if (place.kind === "runner") return toAction(path) ?? "runner";
  return place.kind === "built" ? "workspace" : place.kind;
}

function toPlaced(place: Place, base: string, executable: string): string {
  if (place.kind === "modules") return `modules/${toPackage(place.rest)}`;
  const built = /\/go-build\d+\//.test(executable) ? "go-build" : place.kind;
  return `${built}/${generaliseLabel(base)}`;
}

/** Packages with a program for each kind of machine have it in a package of its own: `@esbuild/linux-x64`. */
const MACHINE =
  /[-_](?:linux|darwin|win32|freebsd|x64|x86_64|arm64|aarch64|ia32|gnu|musl|glibc|msvc)\b/g;

/** Of a path below `node_modules` or `site-packages`: the package, without its version. */
function toPackage(rest: string): string {
  const parts = rest.split("/");
  const [first = "", second = ""] = parts;
  if (first === ".bin" || first === "bin") return second;
  if (first === ".pnpm") return toPnpmPackage(second);
  const name = first.startsWith("@") ? `${first}/${second}` : first;
  const scoped = name.replace(/^(@[^/]+)\/(?:linux|darwin|win32)-.*$/, "$1/*");
  return scoped.replaceAll(MACHINE, "").replace(/\.py$/, "");
}

/** `@scope+name@1.2.3_peer@4`. */
function toPnpmPackage(folder: string): string {
  const at = folder.indexOf("@", 1);
  return toPackage((at < 0 ? folder : folder.slice(0, at)).replace("+", "/"));
}

const ACTION = /\/_actions\/(?<owner>[^/]+)\/(?<name>[^/]+)\//;

function toAction(path: string): string | undefined {
  const groups = ACTION.exec(path)?.groups;
  return groups === undefined ? undefined : `action:${groups["owner"]}/${groups["name"]}`;
}
