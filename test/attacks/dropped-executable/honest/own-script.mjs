import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const place = mkdtempSync(join(tmpdir(), "own-"));
writeFileSync(join(place, "script.sh"), "exit 0\n");
execFileSync("sh", [join(place, "script.sh")]);
await (await fetch(`${process.env.RG_HTTP}/data`)).text();
writeFileSync(join(place, "server-test.sh"), "exit 0\n");
execFileSync("sh", [join(place, "server-test.sh")]);
rmSync(place, { recursive: true });
