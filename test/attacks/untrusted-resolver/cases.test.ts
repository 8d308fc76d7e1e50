import { findPodObstacle, openCasePod } from "../../support/attacks/case-pod.ts";
import { describeRule } from "../../support/attacks/rule-cases.ts";

describeRule("untrusted-resolver", {
  guardOptions: ["--enforcement", "nftables"],
  obstacle: findPodObstacle(),
  open: () =>
    openCasePod((internet) =>
      internet.site("mirror.test", { ipv4: "198.51.100.10", ports: { 443: "https", 853: "http" } }),
    ),
});
