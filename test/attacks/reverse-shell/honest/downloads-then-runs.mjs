import { execFileSync, execSync } from "node:child_process";

const answer = await fetch(`${process.env.RG_HTTP}/version`);
const version = (await answer.text()).trim();
execSync(`echo ${version}`);
execFileSync("bash", ["-c", "cat"], { input: version });
execFileSync("python3", ["-c", "import sys; sys.stdin.read()"], { input: version });
