import { type Check, failed, notApplicable, passed, unknown } from "../check.ts";

export const sudoWithoutPassword: Check = {
  id: "sudo-without-password",
  title: "sudo without a password",
  severity: "high",
  why: "With it every program of the job is root when it wants to be, and can end or change the guard.",
  mend: "Remove NOPASSWD from /etc/sudoers and /etc/sudoers.d; install what jobs need into the image",
  judge({ sudo, rights }) {
    if (!sudo.isInstalled) return passed("sudo is not installed");
    if (rights?.userId === 0) return notApplicable("root needs no sudo; see run-as-root");
    if (sudo.withoutPassword !== undefined) {
      return failed(`${sudo.withoutPassword} lets this user become root without a password`);
    }
    return sudo.isUnreadable
      ? unknown("sudo's files are not readable for this user; `sudo -n -l` tells")
      : passed("sudo asks this user for a password");
  },
};
