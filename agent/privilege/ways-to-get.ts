import { grants } from "./capabilities.ts";
import type { OwnProcess } from "./own-process.ts";

export interface WayToGet {
  readonly place: "Kubernetes" | "Docker" | "Linux";
  readonly way: string;
}

/**
 * How a process like ours is given these capabilities. What is outside its bounding set nobody can give it here: only
 * whoever starts the container can.
 */
export function waysToGet(names: readonly string[], process: OwnProcess): WayToGet[] {
  const attainable = names.every((name) => grants(process.capabilities.bounding, name));
  const docker = `--user 0 ${names.map((name) => `--cap-add ${name}`).join(" ")}`;
  return [
    ...(attainable ? [{ place: "Linux" as const, way: linux(names, process) }] : []),
    { place: "Kubernetes", way: kubernetes(names, attainable && process.userId !== 0) },
    { place: "Docker", way: docker },
  ];
}

/**
 * Kubernetes has no ambient capabilities: a container that does not run as uid 0 gets what `add` names into its bounding
 * set only, and its program must carry them as file capabilities.
 *
 * @param withheld the container was given them, but its user has none of them.
 */
function kubernetes(names: readonly string[], withheld: boolean): string {
  if (withheld) {
    const files = names.map((name) => `cap_${name.toLowerCase()}`).join(",");
    return `runAsUser: 0 beside capabilities.add, or setcap ${files}+ep on node in the image`;
  }
  return `securityContext: {runAsUser: 0, capabilities: {drop: [ALL], add: [${names.join(", ")}]}}`;
}

function linux(names: readonly string[], { noNewPrivileges }: OwnProcess): string {
  const systemd = `AmbientCapabilities=${names.map((name) => `CAP_${name}`).join(" ")} in the systemd unit`;
  if (noNewPrivileges) return `${systemd} (no_new_privs is set here, so sudo does nothing)`;
  const added = names.map((name) => `+${name.toLowerCase()}`).join(",");
  return `sudo, or root's setpriv --inh-caps ${added} --ambient-caps ${added}, or ${systemd}`;
}
