/** The image that `npm run test:image` has built and opened. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

const imageSchema = z.object({
  rootFolder: z.string(),
  jobFolder: z.string(),
  runnerFolder: z.string(),
  runnerConfig: z.object({ User: z.string(), Env: z.array(z.string()) }),
  compressedBytes: z.number(),
  config: z.object({
    User: z.string(),
    Env: z.array(z.string()),
    Cmd: z.array(z.string()),
    Entrypoint: z.array(z.string()).nullish(),
    StopSignal: z.string(),
    Labels: z.record(z.string(), z.string()),
    Healthcheck: z.object({ Test: z.array(z.string()) }),
  }),
});
const rightsSchema = z.object({ agent: z.array(z.string()), collector: z.array(z.string()) });

const { RUNNER_GUARD_IMAGE: description } = process.env;
if (description === undefined) throw new Error("npm run test:image says where the image is");

export const image = imageSchema.parse(JSON.parse(readFileSync(description, "utf8")));
/** What manifests are held against, too. */
export const rights = rightsSchema.parse(
  JSON.parse(
    readFileSync(join(import.meta.dirname, "../../../deploy/image/capabilities.json"), "utf8"),
  ),
);
export const COLLECTOR_USER = 65_532;
