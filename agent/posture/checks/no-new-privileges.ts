import { type Check, failed, notApplicable, passed, unknown } from "../check.ts";

export const noNewPrivileges: Check = {
  id: "no-new-privileges",
  title: "Gaining privileges",
  severity: "low",
  why: "Programs that are set-user-ID root (su, mount, pkexec) are a common way from a user to root.",
  mend: "allowPrivilegeEscalation: false, or --security-opt no-new-privileges",
  judge({ rights, isContainer }) {
    if (rights === undefined) return unknown("/proc does not show this process");
    if (!isContainer) return notApplicable("this is no container");
    return rights.noNewPrivileges
      ? passed("programs cannot gain privileges")
      : failed("programs can gain privileges by set-user-ID files");
  },
};
