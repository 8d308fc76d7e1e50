import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface HonestBuild {
  readonly name: string;
  /** Programs that it cannot do without; where one is missing the build is left out, by name. */
  readonly needs: readonly string[];
  /** Starts outside of the guard what the build talks to, as a server elsewhere would be. */
  readonly serve?: (folder: string) => Promise<LocalServer>;
  /** Puts into the folder what the build begins with, and returns its command. The port is that of its server. */
  readonly prepare: (folder: string, port: number) => readonly string[];
}

/** On loopback. */
export interface LocalServer extends AsyncDisposable {
  readonly port: number;
}

export const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
export const NODE = process.execPath;

/** A command for each step of it; the first that fails is the last. */
export function inShell(...steps: readonly string[]): readonly string[] {
  return ["sh", "-c", steps.join(" && ")];
}

/** Each with its text, by its path in the folder. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
