/** Inputs of harden-runner's that have no meaning here: they are taken, so that a workflow needs no other change, with one line each. */
import type { InputReader } from "./input-reader.ts";

interface Accepted {
  readonly name: string;
  /** What stands in action.yml of itself. */
  readonly isSilent: (given: string) => boolean;
  readonly because: string;
}

const isUnset = (given: string): boolean => given === "" || /^false$/i.test(given);

const ACCEPTED: readonly Accepted[] = [
  {
    name: "disable-telemetry",
    isSilent: isUnset,
    because:
      "there is no telemetry: nothing is sent but to a collector of your own (collector-url)",
  },
  {
    name: "policy",
    isSilent: isUnset,
    because: "there is no policy store: name a file with policy-file, or list allowed-endpoints",
  },
  {
    name: "use-policy-store",
    isSilent: isUnset,
    because: "there is no policy store: name a file with policy-file, or list allowed-endpoints",
  },
  {
    name: "api-key",
    isSilent: isUnset,
    because: "there is no policy store that would ask for it; take the key out of the workflow",
  },
  {
    name: "deploy-on-self-hosted-vm",
    isSilent: isUnset,
    because: "the guard is started on every machine that has none, and ends with the job",
  },
];

export function describeAccepted(reader: InputReader): string[] {
  return ACCEPTED.filter(({ name, isSilent }) => !isSilent(reader.text(name))).map(
    ({ name, because }) => `${name} has no meaning here: ${because}.`,
  );
}
