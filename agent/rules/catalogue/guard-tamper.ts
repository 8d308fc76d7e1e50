import type { Rule } from "../rule.ts";

/** What was done is seen by the packet filter's own news and by the kernel sensor, and comes here when it is known who did it. */
export const guardTamper: Rule = {
  id: "guard-tamper",
  title: "Guard tampered with",
  flags:
    "Signals, ptrace or writes aimed at the guard; nftables or iptables rules of its own flushed or got round; resolv.conf or the hosts file changed; its control socket misused.",
  why: "Who switches the guard off first does the rest unseen.",
  advice:
    "Treat the job as hostile: no build needs this. What was changed was put back where the finding does not say otherwise; look at what the same process did next.",
  severity: "critical",
  response: "report",
  techniques: ["T1562.001"],
  references: [
    {
      title: "MITRE ATT&CK T1562.001, Disable or Modify Tools",
      url: "https://attack.mitre.org/techniques/T1562/001/",
    },
  ],
  honest: [
    "A job that sets up a packet filter of its own, for a container say, is told with severity high while it has no right to.",
  ],
  on: {},
};
