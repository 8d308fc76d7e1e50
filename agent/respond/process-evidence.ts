/** What a process that stands still is and has open. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

import type { ProcessRef } from "../observation.ts";
import { readProcess, type RunningProcess } from "./process-table.ts";
import type { SocketTable } from "./socket-table.ts";

export interface DescribedProcess extends RunningProcess {
  readonly executable: string;
  readonly args: readonly string[];
  readonly workingDirectory: string;
  readonly sockets: readonly string[];
  readonly files: readonly string[];
}

export interface ProcessEvidence {
  readonly process: DescribedProcess;
  /** Open, so that it can be read when the process has ended; undefined where it may not be. */
  readonly image: number | undefined;
}

const MAX_DESCRIPTORS = 256;
const MAX_ARGS_BYTES = 16_384;
const SOCKET = /^socket:\[(\d+)\]$/;

/** Opens what a process executes, and never waits for whoever serves that: the job stands still. */
export type OpenImage = (pid: number) => number | undefined;

export function takeProcessEvidence(
  ref: ProcessRef,
  sockets: SocketTable,
  openImage: OpenImage,
): ProcessEvidence | undefined {
  const running = readProcess(ref.pid);
  if (running?.startTicks !== ref.startTicks) return undefined;
  const links = listDescriptors(ref.pid);
  const process = {
    ...running,
    executable: readLink(ref.pid, "exe"),
    args: readArgs(ref.pid),
    workingDirectory: readLink(ref.pid, "cwd"),
    sockets: links.flatMap((link) => {
      const inode = SOCKET.exec(link)?.[1];
      return inode === undefined ? [] : [sockets.describe(inode)];
    }),
    files: links.filter((link) => link.startsWith("/")),
  };
  return { process, image: openImage(ref.pid) };
}

function listDescriptors(pid: number): string[] {
  try {
    const names = readdirSync(`/proc/${pid}/fd`).slice(0, MAX_DESCRIPTORS);
    return names.map((name) => readLink(pid, `fd/${name}`));
  } catch {
    return [];
  }
}

function readLink(pid: number, name: string): string {
  try {
    return readlinkSync(`/proc/${pid}/${name}`);
  } catch {
    return "";
  }
}

function readArgs(pid: number): string[] {
  try {
    const text = readFileSync(`/proc/${pid}/cmdline`).toString("utf8", 0, MAX_ARGS_BYTES);
    return text.replace(/\0$/, "").split("\0");
  } catch {
    return [];
  }
}
