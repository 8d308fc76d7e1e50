import type { CiStep } from "../../protocol/index.ts";
import type { ProcessRef } from "../observation.ts";
import type { Program } from "./program.ts";

export interface ProcessNode {
  readonly id: string;
  readonly ref: ProcessRef;
  readonly parentId: string | null;
  readonly step: CiStep | undefined;
  /** What it runs: its own program, or its parent's until it executes one. Undefined where its start was not seen. */
  readonly program: Program | undefined;
}
