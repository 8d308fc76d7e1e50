/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
import { z } from "zod";

import type { Pod } from "./cluster.ts";
import { metadataSchema } from "./metadata.ts";
import type { ObjectKind } from "./object-path.ts";

export const POD: ObjectKind = { under: "/api/v1", kinds: "pods" };

export const podSchema = z
  .object({
    metadata: metadataSchema,
    status: z
      .object({
        phase: z.enum(["Pending", "Running", "Succeeded", "Failed", "Unknown"]).catch("Unknown"),
      })
      .default({ phase: "Unknown" }),
  })
  .transform(({ metadata, status }): Pod => ({
    ...metadata,
    phase: status.phase,
  }));
