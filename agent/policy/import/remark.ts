import type { Problem } from "../problem.ts";

/** What whoever moves over should know about one place of a workflow. */
export interface Remark extends Problem {
  /** Something that held there does not hold in the policy: it is wrong, or cannot be known from the file. */
  readonly isLoss: boolean;
}

export type AddRemark = (remark: Remark) => void;
