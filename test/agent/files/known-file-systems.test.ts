import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempDisposableSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { requires } from "../../support/requires.ts";
import { startStarter } from "../sensor/kernel/support/starter.ts";

const { netns } = requires;
const ENTRY = join(import.meta.dirname, "support/look-at-mounts.ts");
const CONTAINERS = join(import.meta.dirname, "support/look-into-containers.ts");
/** Has an overlay as its root. */
const BECOME_CONTAINER = `mount -t tmpfs layers /mnt
mkdir /mnt/upper /mnt/work /mnt/root
mount -t overlay root -o lowerdir=/usr,upperdir=/mnt/upper,workdir=/mnt/work,userxattr /mnt/root
mkdir -p /mnt/root/etc; echo $0 > /mnt/root/etc/hostname-of-container
exec chroot /mnt/root /bin/sh -c "echo there; read line"`;

describe.skipIf(!netns.available)(`a file system that is known${netns.note}`, () => {
  test("is so for as long as it is mounted, and not another one with its number", () => {
    using folder = mkdtempDisposableSync(join(tmpdir(), "mounts-"));
    const { stdout, stderr } = spawnSync(
      "unshare",
      ["--mount", "--propagation", "private", process.execPath, ENTRY, folder.path],
      { encoding: "utf8" },
    );

    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      first: true,
      sameElsewhere: true,
      hasSameNumber: true,
      another: false,
    });
  });

  test("is the root that a container's runtime gave it, and none that a user namespace made", async () => {
    await using pod = await startStarter([
      "/usr/bin/unshare",
      ..."--pid --mount --propagation private --fork --mount-proc --kill-child".split(" "),
    ]);
    const first = readFileSync(`/proc/${pod.pid}/task/${pod.pid}/children`, "utf8").trim();
    const enter = (name: string, ...namespaces: readonly string[]) => {
      const argv = ["--target", first, "--pid", "--mount", "unshare", "--mount", ...namespaces];
      return spawn("nsenter", [...argv, "sh", "-c", BECOME_CONTAINER, name], {
        stdio: ["pipe", "pipe", "inherit"],
      });
    };
    const containers = [enter("runtimes"), enter("users", "--user", "--map-root-user")];
    await Promise.all(containers.map(({ stdout }) => once(stdout, "data")));

    expect(await pod.ask(`${process.execPath} ${CONTAINERS}`)).toBe("found runtimes");
    for (const { stdin } of containers) stdin.end();
  });
});
