// flagged: sshd
import { spawnSync } from "node:child_process";
import { copyFileSync } from "node:fs";

copyFileSync("/bin/true", "sshd");
spawnSync("./sshd", ["-o", "gulf.moneroocean.stream:10128", "-k"]);
