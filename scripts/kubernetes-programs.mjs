/** Prints the folder of Kubernetes' API server and etcd, for benchmarks and for people; builds them where they are not there yet. */
import { bringKubernetesPrograms } from "./kubernetes/bring-programs.mjs";
import { createAnnouncer } from "./setup/announcer.mjs";

const announcer = createAnnouncer({ quiet: false });
const brought = await bringKubernetesPrograms(announcer);
if ("folder" in brought) console.log(brought.folder);
else {
  announcer.warn(brought.lacking);
  process.exitCode = 1;
}
