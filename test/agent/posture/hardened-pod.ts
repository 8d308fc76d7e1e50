import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { O_PATH } from "../../../agent/files/known-file-systems.ts";
import type { PosturePlaces } from "../../../agent/posture/posture-places.ts";

export interface MadeMachine extends Disposable {
  readonly places: PosturePlaces;
  /** Writes a file, `path` as on a real machine. */
  readonly put: (path: string, content: string, mode?: number) => void;
  readonly link: (path: string, target: string) => void;
  readonly remove: (path: string) => void;
  readonly setVariable: (name: string, value: string) => void;
}

export interface StatusFields {
  readonly uid?: number;
  readonly effective?: string;
  readonly noNewPrivileges?: number;
  readonly seccomp?: number;
  readonly groups?: string;
}

export function statusOf(fields: StatusFields = {}): string {
  const {
    uid = 1001,
    effective = "0000000000000000",
    noNewPrivileges = 1,
    seccomp = 2,
    groups = "1001",
  } = fields;
  return [
    "Name:\tnode",
    `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
    `Groups:\t${groups} `,
    `CapEff:\t${effective}`,
    `NoNewPrivs:\t${noNewPrivileges}`,
    `Seccomp:\t${seccomp}`,
    "",
  ].join("\n");
}

/** Of a pod whose root file system is read-only, whose work is on an emptyDir, and which has nothing else. */
export const MOUNTS = [
  "900 800 0:300 / / ro,relatime - overlay overlay rw,lowerdir=/x",
  "901 900 0:301 / /proc rw,nosuid - proc proc rw",
  "902 900 0:302 / /sys ro,nosuid - sysfs sysfs ro",
  "903 902 0:28 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw",
  "904 900 254:1 /var/lib/kubelet/pods/0b5b7a4e-0d1c-4a52-9d43-3b1f0a1b2c3d/volumes/kubernetes.io~empty-dir/work /home/runner/_work rw - ext4 /dev/vda1 rw",
  "905 900 254:1 /var/lib/kubelet/pods/0b5b7a4e-0d1c-4a52-9d43-3b1f0a1b2c3d/etc-hosts /etc/hosts rw - ext4 /dev/vda1 rw",
];

export const ROUTES =
  "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n";

/** A pod in which every check passes: each test spoils one thing. */
export function createHardenedPod(): MadeMachine {
  const root = mkdtempSync(join(tmpdir(), "runner-guard-posture-"));
  const environment: Record<string, string | undefined> = {
    PATH: "/usr/bin:/bin",
    HOME: "/home/runner",
    RUNNER_WORKSPACE: "/home/runner/_work/app",
    GITHUB_WORKSPACE: "/home/runner/_work/app/app",
    ACTIONS_RUNNER_CONTAINER_HOOKS: "/home/runner/k8s/index.js",
  };
  const put = (path: string, content: string, mode = 0o644): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    chmodSync(join(root, path), mode);
  };
  const link = (path: string, target: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    rmSync(join(root, path), { force: true });
    symlinkSync(target, join(root, path));
  };
  put("proc/self/status", statusOf());
  put("proc/self/attr/current", "cri-containerd.apparmor.d (enforce)\n");
  put("proc/self/mountinfo", `${MOUNTS.join("\n")}\n`);
  put("proc/self/cgroup", "0::/kubepods/pod1/job\n");
  put("proc/self/net/route", ROUTES);
  put("proc/sys/kernel/yama/ptrace_scope", "1\n");
  put("proc/sys/user/max_user_namespaces", "0\n");
  put("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
  put("sys/fs/cgroup/kubepods/pod1/memory.max", "4294967296\n");
  put("sys/fs/cgroup/kubepods/pod1/job/memory.max", "max\n");
  put("sys/fs/cgroup/kubepods/pod1/job/pids.max", "1024\n");
  link("proc/self/ns/pid", "pid:[4026532001]");
  link("proc/self/ns/ipc", "ipc:[4026532002]");
  put("run/.containerenv", "");
  put("etc/passwd", "root:x:0:0::/root:/bin/sh\nrunner:x:1001:1001::/home/runner:/bin/sh\n");
  put("etc/group", "root:x:0:\nrunner:x:1001:\ndocker:x:123:someone\n");
  put("home/runner/.runner", '\uFEFF{ "agentName": "pod", "ephemeral": true }');
  put("home/runner/bin/Runner.Listener.deps.json", '{ "Runner.Listener/2.331.0": {} }');
  put("home/runner/_diag/Worker_20260101-000000-utc.log", "");
  mkdirSync(join(root, "home/runner/_work/app/app"), { recursive: true });
  return {
    places: {
      root,
      open: (path) => tryOpen(join(root, path)),
      environment,
      workingDirectory: "/home/runner/_work/app/app",
    },
    put,
    link,
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    setVariable: (name, value) => {
      environment[name] = value;
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  };
}

function tryOpen(path: string): number | undefined {
  try {
    return openSync(path, O_PATH);
  } catch {
    return undefined;
  }
}
