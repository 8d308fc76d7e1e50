/**
 * A machine of a test's own, as far as files and processes go: /usr, /etc and /var are the real ones until something is changed, and /run is
 * empty. It has a user `jobber`, who may become root by sudo without a password and is in the group of a Docker-like socket that
 * answers.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const GUARD = resolve(import.meta.dirname, "../../../bin/runner-guard");
const USER = 4242;
const DOCKER = 4243;
const DEADLINE_MS = 60_000;

const SETUP = `
set -e
mount -t tmpfs layers "$LAYERS"
for name in usr etc var; do
  mkdir "$LAYERS/$name" "$LAYERS/$name.work"
  mount -t overlay overlay -o "lowerdir=/$name,upperdir=$LAYERS/$name,workdir=$LAYERS/$name.work" "/$name"
done
mount -t tmpfs run /run
rm -rf /var/lib/runner-guard
echo 'jobber:x:${USER}:${USER}::/tmp:/bin/sh' >> /etc/passwd
echo 'jobber:*:19000:0:99999:7:::' >> /etc/shadow
printf 'jobber:x:${USER}:\\ndocker:x:${DOCKER}:jobber\\n' >> /etc/group
mkdir -p /etc/sudoers.d
echo 'jobber ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/jobber
chmod 440 /etc/sudoers.d/jobber
nc -lkU /run/docker.sock > /dev/null &
engine=$!
trap 'kill $engine' EXIT
until [ -S /run/docker.sock ]; do sleep 0.02; done
chgrp ${DOCKER} /run/docker.sock; chmod 660 /run/docker.sock
as_jobber() { setpriv --reuid ${USER} --regid ${USER} --init-groups "$@"; }
becomes_root() { as_jobber sudo -n true 2> /dev/null && echo "$1: root" || echo "$1: not root"; }
uses_engine() { as_jobber nc -NU /run/docker.sock < /dev/null 2> /dev/null && echo "$1: engine" || echo "$1: no engine"; }
guard_run() { "$GUARD" run --sensor proc --enforcement none --quiet "$@"; }
as_jobber_guard_run() { as_jobber "$GUARD" run --sensor proc --enforcement none --quiet "$@"; }
# Ready, or ended, when it returns.
start_watch() {
  "$GUARD" watch --sensor proc --enforcement none --job-log none --quiet --state-dir "/run/$1" "\${@:2}" 2> "$FOLDER/$1.err" &
  guard=$!
  until grep -q ready: "$FOLDER/$1.err" || ! kill -0 $guard 2> /dev/null; do sleep 0.05; done
}
end_watch() { kill -"$1" $guard; wait $guard 2> /dev/null; }
modes() { stat -c %a /usr/bin/sudo /usr/bin/su /run/docker.sock | tr '\\n' ' '; echo; }
chmod 777 "$FOLDER"
set +e
`;

export interface Told {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a script of bash as root, with `$GUARD`, `$FOLDER` for files, and the functions above: `becomes_root WHEN` and
 * `uses_engine WHEN` say what the user can do.
 */
export class PrivateMachine implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "lockdown-"));
  readonly #layers = mkdtempSync(join(tmpdir(), "layers-"));

  run(script: string): Told {
    const file = join(this.folder, "script");
    writeFileSync(file, SETUP + script);
    const { status, stdout, stderr } = spawnSync(
      "unshare",
      [
        ..."--mount --propagation private --pid --fork --kill-child --mount-proc bash".split(" "),
        file,
      ],
      {
        encoding: "utf8",
        timeout: DEADLINE_MS,
        cwd: this.folder,
        env: {
          PATH: process.env["PATH"],
          GUARD,
          NODE: process.execPath,
          SHARING: join(import.meta.dirname, "share-lockdown.ts"),
          FOLDER: this.folder,
          LAYERS: this.#layers,
          TMPDIR: this.folder,
        },
      },
    );
    return { status, stdout, stderr };
  }

  [Symbol.dispose](): void {
    for (const folder of [this.folder, this.#layers]) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
