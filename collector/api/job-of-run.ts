/** Whose run something is of: by its CI, or by its agent's word. */
import { z } from "zod";

import type { CiContext } from "../../protocol/index.ts";

export const jobOfRunSchema = z.object({
  repository: z.string().nullable(),
  workflow: z.string().nullable(),
  job: z.string().nullable(),
});
export type JobOfRun = z.infer<typeof jobOfRunSchema>;

/** Null: it has said nothing of that, or is gone. */
export function toJobOfRun(ci: CiContext | null | undefined): JobOfRun | null {
  if (ci === null || ci === undefined) return null;
  const { repository = null, workflow = null, job = null } = ci;
  return { repository, workflow, job };
}
