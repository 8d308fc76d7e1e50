// flagged: gitlab-runner
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";

copyFileSync("/bin/true", "gitlab-runner");
spawnSync("./gitlab-runner", ["--debug", "register", "--non-interactive", "--token", "AAAA"]);
