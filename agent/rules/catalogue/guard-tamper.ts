import { nameOf } from "../facts/naming.ts";
import type { Rule } from "../rule.ts";

/** They ask the guard to end, which it passes on to its command, or say nothing: news, and whether it is there. */
const POLITE = new Set(["SIGTERM", "SIGINT", "SIGHUP", "SIGCONT", "SIGWINCH", "SIGURG", "SIGCHLD"]);

/** What is done to the packet filter is seen by the filter's own news, and comes here when it is known who did it. */
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
    "Scripts that end their process group (`kill 0`) send SIGTERM to the guard too, which is told with severity low.",
    "A job that sets up a packet filter of its own, for a container say, is told with severity high while it has no right to.",
  ],
  on: {
    privileged({ operation, detail, killed }, actor) {
      if (operation !== "signal-guard") return undefined;
      const isPolite = POLITE.has(detail) && killed === undefined;
      return {
        message: `${nameOf(actor)} sent ${detail || "a signal"} to the guard`,
        subject: `signal ${detail}`,
        evidence: { signal: detail },
        killed: killed ?? false,
        ...(isPolite ? { severity: "low" } : { response: "kill-process" }),
      };
    },
  },
};
