import { findPodObstacle, openCasePod } from "../../support/attacks/case-pod.ts";
import { describeRule } from "../../support/attacks/rule-cases.ts";

const POLICY = `
version: 1
egress:
  mode: audit
  dns: any
  allow: ["*:*", "*.tenants.test"]
`;

describeRule("dns-tunnel", {
  guardOptions: ["--enforcement", "nftables"],
  policy: POLICY,
  obstacle: findPodObstacle(),
  open: openCasePod,
});
