import type { PosturePlaces } from "../posture-places.ts";
import { readBounded } from "../read-bounded.ts";

/** Settings of the kernel; undefined: this kernel has none, or it is not ours to read. */
export interface KernelSwitches {
  /** Of Yama: 0 lets a process read all others of its user. */
  readonly ptraceScope: number | undefined;
  readonly maxUserNamespaces: number | undefined;
  /** Debian's switch. */
  readonly allowsUserNamespaces: number | undefined;
  /** Ubuntu's switch: user namespaces of programs without a profile have no capabilities. */
  readonly restrictsUserNamespaces: number | undefined;
  readonly lockdown: string | undefined;
}

export function readKernelSwitches(places: PosturePlaces): KernelSwitches {
  const numberAt = (path: string): number | undefined => {
    const text = readBounded(places, path)?.trim() ?? "";
    return /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  };
  const lockdown = readBounded(places, "sys/kernel/security/lockdown") ?? "";
  return {
    ptraceScope: numberAt("proc/sys/kernel/yama/ptrace_scope"),
    maxUserNamespaces: numberAt("proc/sys/user/max_user_namespaces"),
    allowsUserNamespaces: numberAt("proc/sys/kernel/unprivileged_userns_clone"),
    restrictsUserNamespaces: numberAt("proc/sys/kernel/apparmor_restrict_unprivileged_userns"),
    lockdown: /\[(\w+)\]/.exec(lockdown)?.[1],
  };
}
