import { type Check, failed, passed, unknown } from "../check.ts";

export const userNamespaces: Check = {
  id: "user-namespaces",
  title: "Unprivileged user namespaces",
  severity: "info",
  why: "They give every user capabilities over parts of the kernel in which many of the ways to root of late years were found. Rootless engines need them.",
  mend: "sysctl user.max_user_namespaces=0, or kernel.apparmor_restrict_unprivileged_userns=1, where no rootless engine is used",
  judge({ kernel }) {
    const { maxUserNamespaces, allowsUserNamespaces, restrictsUserNamespaces } = kernel;
    if (maxUserNamespaces === 0 || allowsUserNamespaces === 0) {
      return passed("users cannot make user namespaces");
    }
    if (restrictsUserNamespaces === 1)
      return passed("AppArmor keeps user namespaces without capabilities");
    return maxUserNamespaces === undefined
      ? unknown("this kernel does not tell of user namespaces")
      : failed("every user can make user namespaces");
  },
};
