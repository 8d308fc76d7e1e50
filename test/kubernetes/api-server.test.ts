import { describeCluster } from "../collector/kubernetes/cases.ts";
import { startApiServer } from "./support/api-server.ts";

const { RUNNER_GUARD_KUBERNETES_PROGRAMS: programs } = process.env;

describeCluster({
  name: "Kubernetes' own API server",
  start() {
    if (programs !== undefined) return startApiServer(programs);
    throw new Error("npm run test:kubernetes says where the programs are");
  },
  podCount: 500,
});
