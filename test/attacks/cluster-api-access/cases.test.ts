import { findPodObstacle, openCasePod } from "../../support/attacks/case-pod.ts";
import { describeRule } from "../../support/attacks/rule-cases.ts";
import { CLUSTER_API } from "../../support/internet/addresses.ts";

describeRule("cluster-api-access", {
  guardOptions: ["--enforcement", "nftables"],
  env: { KUBERNETES_SERVICE_HOST: CLUSTER_API.ipv4, KUBERNETES_SERVICE_PORT: "443" },
  obstacle: findPodObstacle(),
  open: openCasePod,
});
