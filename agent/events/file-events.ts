import type {
  AnonymousFileObservation,
  FileObservation,
  FileReadObservation,
} from "../observation.ts";
import type { AssemblerOptions } from "./assembler-options.ts";

type Parts = Pick<AssemblerOptions, "processes" | "coalescer">;

export function addFile({ processes, coalescer }: Parts, observation: FileObservation): void {
  const { path, operation, originalPath = "", mode, at } = observation;
  const process = processes.toId(observation.process);
  coalescer.add(`f ${process} ${operation} ${mode ?? ""} ${path}\0${originalPath}`, at, () => ({
    kind: "file-written",
    process,
    path,
    operation,
    ...(originalPath === "" ? {} : { originalPath }),
    ...(mode === undefined ? {} : { mode }),
  }));
}

export function addAnonymousFile(
  { coalescer }: Parts,
  { path, operation, at }: AnonymousFileObservation,
): void {
  coalescer.add(`a ${operation} ${path}`, at, () => ({
    kind: "file-written",
    process: null,
    path,
    operation,
  }));
}

export function addFileRead(
  { processes, coalescer }: Parts,
  { process: ref, path, at }: FileReadObservation,
): void {
  const process = processes.toId(ref);
  coalescer.add(`r ${process} ${path}`, at, () => ({ kind: "file-read", process, path }));
}
