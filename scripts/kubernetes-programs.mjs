/**
 * Prints the folder of Kubernetes' API server and etcd, for benchmarks and for people; builds them where they are not there yet, but not with
 * --if-built.
 */
import { parseArgs } from "node:util";

import { bringKubernetesPrograms, findKubernetesPrograms } from "./kubernetes/bring-programs.mjs";
import { createAnnouncer } from "./setup/announcer.mjs";

const { values } = parseArgs({ options: { "if-built": { type: "boolean" } } });
const announcer = createAnnouncer({ quiet: false });
const brought =
  values["if-built"] === true ? findKubernetesPrograms() : await bringKubernetesPrograms(announcer);
if ("folder" in brought) console.log(brought.folder);
else {
  announcer.warn(brought.lacking);
  process.exitCode = 1;
}
