import { findPodObstacle, openCasePod } from "../../support/attacks/case-pod.ts";
import { describeRule } from "../../support/attacks/rule-cases.ts";

const POLICY = `
version: 1
egress:
  mode: audit
  dns: any
  allow: ["*:*", "hook-tests.ngrok.app"]
`;

describeRule("known-bad-destination", {
  guardOptions: ["--enforcement", "nftables"],
  policy: POLICY,
  obstacle: findPodObstacle(),
  open: () =>
    openCasePod(async (internet) => {
      await internet.site("mywebhook.site", { ipv4: "198.51.100.20", ports: { 443: "https" } });
      await internet.site("hook-tests.ngrok.app", {
        ipv4: "198.51.100.21",
        ports: { 443: "https" },
      });
      await internet.site("discord.com", { ipv4: "198.51.100.22", ports: { 443: "https" } });
    }),
});
