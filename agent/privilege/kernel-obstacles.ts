import { grants } from "./capabilities.ts";
import { howToGetHere } from "./capability-guide.ts";
import { isAtLeast } from "./kernel-release.ts";
import type { MachineFacts } from "./machine-facts.ts";
import type { Problem } from "./problem.ts";

/** The ring buffer, and CAP_BPF apart from CAP_SYS_ADMIN, both came with Linux 5.8. */
const OLDEST_KERNEL = { major: 5, minor: 8 };

const ARCHITECTURES = ["x64", "arm64"];

/** Each of these alone keeps the kernel sensor from being loaded; none: it can be tried. */
export function findKernelObstacles(facts: MachineFacts): Problem[] {
  return [...kernelObstacles(facts), ...privilegeObstacles(facts), ...missingFiles(facts)];
}

function kernelObstacles({ architecture, kernel }: MachineFacts): Problem[] {
  const problems: Problem[] = [];
  if (!ARCHITECTURES.includes(architecture)) {
    problems.push({
      id: "architecture-unsupported",
      message: `The kernel sensor is not built for ${architecture}.`,
      fix: "Run on x64 or arm64.",
    });
  }
  if (!isAtLeast(kernel.version, OLDEST_KERNEL)) {
    problems.push({
      id: "kernel-too-old",
      message: `The kernel sensor needs Linux 5.8 or later; this is ${kernel.release || "unknown"}.`,
      fix: "Use an image or node pool with a newer kernel (Ubuntu 22.04, Debian 11, RHEL 9 or later).",
    });
  }
  if (kernel.btf !== "readable") {
    problems.push({
      id: `btf-${kernel.btf}`,
      message: `The kernel's types (/sys/kernel/btf/vmlinux) are ${kernel.btf}.`,
      fix:
        kernel.btf === "missing"
          ? "Use a kernel that was built with CONFIG_DEBUG_INFO_BTF=y, and mount sysfs at /sys."
          : "Make /sys/kernel/btf/vmlinux readable to this user.",
    });
  }
  if (kernel.lockdown === "confidentiality") {
    problems.push({
      id: "kernel-lockdown",
      message:
        "The kernel is locked down for confidentiality, so no BPF program may read its memory.",
      fix: "Boot with lockdown=integrity, or without lockdown.",
    });
  }
  return problems;
}

function privilegeObstacles(facts: MachineFacts): Problem[] {
  const problems: Problem[] = [];
  const { user } = facts.namespaces;
  if (user.inode !== null && !user.initial) {
    problems.push({
      id: "user-namespace",
      message: "This is a user namespace of its own: capabilities held in it do not count for BPF.",
      fix: "Kubernetes: hostUsers: true; Docker: a daemon that is not rootless, and --userns host.",
    });
  }
  const missing = ["BPF", "PERFMON"].filter(
    (name) => !grants(facts.process.capabilities.effective, name),
  );
  if (missing.length > 0) {
    problems.push({
      id: "kernel-capabilities-missing",
      message: `Without ${missing.join(" and ")} the kernel sensor cannot be loaded.`,
      fix: howToGetHere(missing, facts),
    });
  }
  return problems;
}

function missingFiles({ architecture, files }: MachineFacts): Problem[] {
  const problems: Problem[] = [];
  if (files.libbpf === null) {
    problems.push({
      id: "libbpf-missing",
      message: "libbpf.so.1, which loads the kernel sensor, is not installed.",
      fix: "apt-get install libbpf1, dnf install libbpf, or apk add libbpf.",
    });
  }
  if (files.kernelObject === null) {
    problems.push({
      id: "kernel-object-missing",
      message: `The kernel sensor's program for ${architecture} has not been built.`,
      fix: "npm run build:bpf, which needs clang.",
    });
  }
  return problems;
}
