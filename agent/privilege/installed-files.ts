import { constants, statSync } from "node:fs";
import { join } from "node:path";

import type { Places } from "./places.ts";
import { isAccessible, readBytes, readText } from "./read-text.ts";

/** Each is a path, or null where there is no such file that we may use. */
export interface InstalledFiles {
  readonly libbpf: string | null;
  readonly kernelObject: string | null;
  readonly nft: string | null;
}

/** `e_machine` of an ELF file, from elf.h. */
const ELF_MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

const MULTIARCH: Readonly<Record<string, string>> = {
  x64: "x86_64-linux-gnu",
  arm64: "aarch64-linux-gnu",
};

/** Those that the kernel sensor asks the dynamic loader for; the bare name comes with a development package. */
const LIBBPF_NAMES = ["libbpf.so.1", "libbpf.so"];

export function readInstalledFiles(places: Places): InstalledFiles {
  const object = join(places.kernelObjects, `guard.${places.architecture}.bpf.o`);
  return {
    libbpf: findLibbpf(places),
    kernelObject: isAccessible(object, constants.R_OK) ? object : null,
    nft: findProgram(places, "nft"),
  };
}

function findLibbpf(places: Places): string | null {
  const cached = cachedLibraries(places);
  for (const name of LIBBPF_NAMES) {
    const candidates = [
      ...libraryDirectories(places).map((directory) => `${directory}/${name}`),
      ...cached.filter((path) => path.endsWith(`/${name}`)),
    ];
    const found = candidates.find((path) => isLibrary(join(places.root, path), places));
    if (found !== undefined) return found;
  }
  return null;
}

/** The dynamic loader's own; it finds what lies elsewhere by its cache only. */
function libraryDirectories(places: Places): string[] {
  const multiarch = MULTIARCH[places.architecture];
  return [
    ...(multiarch === undefined ? [] : [`/usr/lib/${multiarch}`, `/lib/${multiarch}`]),
    "/usr/lib64",
    "/lib64",
    "/usr/lib",
    "/lib",
  ];
}

/** /etc/ld.so.cache keeps the paths as NUL-terminated strings; its tables only point at them. */
function cachedLibraries(places: Places): string[] {
  const cache = readText(join(places.root, "etc/ld.so.cache")) ?? "";
  return [...cache.matchAll(/\/[^\0]{1,4096}\/libbpf\.so(?:\.1)?(?=\0)/g)].map(([path]) => path);
}

/** A library of another architecture may stand beside ours, and cannot be loaded. */
function isLibrary(path: string, places: Places): boolean {
  const header = readBytes(path, 20);
  return (
    header?.length === 20 &&
    header.toString("latin1", 0, 4) === "\x7fELF" &&
    header.readUInt16LE(18) === ELF_MACHINES[places.architecture]
  );
}

function findProgram(places: Places, name: string): string | null {
  const found = places.programDirectories
    .map((directory) => `${directory}/${name}`)
    .find((path) => isProgram(join(places.root, path)));
  return found ?? null;
}

function isProgram(path: string): boolean {
  return (
    isAccessible(path, constants.X_OK) &&
    statSync(path, { throwIfNoEntry: false })?.isFile() === true
  );
}
