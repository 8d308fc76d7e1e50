import { findPodObstacle, openCasePod } from "../../support/attacks/case-pod.ts";
import { describeRule } from "../../support/attacks/rule-cases.ts";

const POLICY = `
version: 1
egress:
  mode: audit
  dns: any
  allow: ["*:*", "203.0.113.40:22"]
`;

describeRule("address-literal-destination", {
  guardOptions: ["--enforcement", "nftables"],
  policy: POLICY,
  obstacle: findPodObstacle(),
  open: () =>
    openCasePod((internet) =>
      internet.site("mirror.test", {
        ipv4: "198.51.100.10",
        ipv6: "2001:db8:1::10",
        ports: { 443: "https", 80: "http" },
      }),
    ),
});
