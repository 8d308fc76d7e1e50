import { type Actor, hasTrait } from "../facts/actor.ts";
import { type ContainerRequest, readContainerRequest } from "../facts/container-request.ts";
import { nameOf } from "../facts/naming.ts";
import { CONTAINER_CLIENT } from "../facts/traits.ts";
import type { Flagged, Rule } from "../rule.ts";

export const privilegedContainer: Rule = {
  id: "privileged-container",
  title: "Container with the host's rights",
  flags:
    "`docker`, `podman`, `nerdctl`, `ctr` or `buildah` asked for a container that is privileged, has all capabilities or one that is as good as root, shares the host's namespaces, or mounts the host's root, a system directory or the container engine's socket.",
  why: "Such a container is root on the machine: it changes sudoers, reads other jobs' files and stops the guard, whatever the job's own user may do.",
  advice:
    "Look at what the container ran. Where a step needs one, allow that step's job by policy, and give it the one capability or directory that it needs instead.",
  severity: "critical",
  response: "report",
  techniques: ["T1611"],
  references: [
    {
      title: "MITRE ATT&CK T1611, Escape to Host",
      url: "https://attack.mitre.org/techniques/T1611/",
    },
    {
      title: "Docker: runtime privilege and Linux capabilities",
      url: "https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities",
    },
  ],
  honest: [
    "Containers that mount the workspace, caches or single files of the job stay quiet.",
    "Building multi-platform images by `docker run --privileged tonistiigi/binfmt` is flagged: set up QEMU on the runner instead, or set the rule for that job.",
  ],
  on: {
    exec(_seen, actor) {
      if (!hasTrait(actor, CONTAINER_CLIENT)) return undefined;
      const request = readContainerRequest(actor.program?.args ?? []);
      return request && toFlagged(actor, request);
    },
  },
};

function toFlagged(actor: Actor, { rights, image }: ContainerRequest): Flagged | undefined {
  if (rights.length === 0) return undefined;
  return {
    message: `${nameOf(actor)} asked for a container with the host's rights: ${rights.join(", ")}`,
    subject: rights.join(", "),
    evidence: { rights, ...(image !== undefined && { image }) },
  };
}
