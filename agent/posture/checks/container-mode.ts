import { type Check, failed, passed, type Verdict } from "../check.ts";
import type { ContainerMode } from "../facts/container-mode.ts";

const VERDICTS: Readonly<Record<ContainerMode, Verdict>> = {
  rootful: failed("a rootful Docker runs next to the job"),
  remote: failed("DOCKER_HOST leads to an engine that the guard cannot look at"),
  rootless: passed("the engine is rootless"),
  kubernetes: passed("containers of the job are pods (Kubernetes mode)"),
  none: passed("there is no engine next to the job"),
};

export const containerMode: Check = {
  id: "container-mode",
  title: "Containers of the job",
  severity: "medium",
  why: "A rootful engine next to the job (Docker in Docker) needs a privileged container, which the job gets by asking the engine for it.",
  mend: "Use the Kubernetes mode of the runner's container hooks, or a rootless engine (dind-rootless)",
  judge: (facts) => VERDICTS[facts.containerMode],
};
