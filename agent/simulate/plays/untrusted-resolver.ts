import type { Play } from "../play.ts";

export const untrustedResolver: Play = {
  rule: "untrusted-resolver",
  does: "has a program named curl, which does nothing, told to ask a server of its own for names",
  play({ putIdle, folder, run }) {
    putIdle("curl");
    run(`${folder}/curl`, [
      "--doh-url",
      "https://dns.invalid/dns-query",
      "https://nothing.invalid/",
    ]);
  },
};
