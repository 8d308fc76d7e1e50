import { type Check, failed, passed } from "../check.ts";
import { listed } from "../listed.ts";

export const engineSocket: Check = {
  id: "engine-socket",
  title: "Container engine's socket",
  severity: "critical",
  why: "Whoever may talk to a rootful container engine can start a privileged container on the machine, and is root there.",
  mend: "Do not mount the socket; build images with a rootless builder (buildah, BuildKit rootless), or give each job an engine of its own",
  judge({ engineSockets, containerMode }) {
    if (engineSockets.length === 0) return passed("no socket of a container engine is in reach");
    return containerMode === "rootless"
      ? passed(`${listed(engineSockets)} belongs to a rootless engine`)
      : failed(`the job can write to ${listed(engineSockets)}`);
  },
};
