/** What installs packages. */
import type { Random } from "../random.ts";
import { blue, bold, dim, green } from "./colours.ts";
import type { Speaker } from "./speaker.ts";
import { integrity, milliseconds, noun, packageName, sha256, version } from "./words.ts";

export const npmInstall: Speaker = (random, say) => {
  say("##[group]Run npm ci");
  say(blue("npm ci"));
  say("shell: /usr/bin/bash -e {0}");
  say("env:");
  say("  NODE_AUTH_TOKEN: ***");
  say("##[endgroup]");
  for (let line = random.below(6); line > 0; line--) {
    const name = `${packageName(random)}@${version(random)}`;
    say(
      `npm warn deprecated ${name}: This version is no longer supported. Use ${packageName(random)} instead`,
    );
  }
  for (let line = random.below(40); line > 0; line--) {
    const name = packageName(random);
    const file = `${name.split("/").at(-1)}-${version(random)}.tgz`;
    say(
      `npm http fetch GET 200 https://registry.npmjs.org/${name.replace("/", "%2f")}/-/${file} ${random.below(900)}ms (cache miss)`,
    );
  }
  say(
    `added ${random.below(1500)} packages, and audited ${random.below(1800)} packages in ${random.below(60)}s`,
  );
  say(`${random.below(200)} packages are looking for funding`);
  say("  run `npm fund` for details");
  say("found 0 vulnerabilities");
};

export const lockFileDiff: Speaker = (random, say) => {
  for (let entry = 4 + random.below(12); entry > 0; entry--) {
    const name = packageName(random);
    const number = version(random);
    say(`+    "node_modules/${name}": {`);
    say(`+      "version": "${number}",`);
    say(`+      "resolved": "https://registry.npmjs.org/${name}/-/${noun(random)}-${number}.tgz",`);
    say(`+      "integrity": "${integrity(random)}",`);
    say(`+      "license": "MIT",`);
    say(`+      "engines": { "node": ">=${random.below(24)}" }`);
    say("+    },");
  }
};

export const pnpmProgress: Speaker = (random, say) => {
  for (let line = 5 + random.below(20); line > 0; line--) {
    const [resolved, reused] = [random.below(2000), random.below(1500)];
    say(
      `Progress: resolved ${bold(String(resolved))}, reused ${bold(String(reused))}, downloaded ${random.below(90)}, added ${random.below(900)}`,
    );
  }
  for (let line = random.below(30); line > 0; line--)
    say(`${green("+")} ${packageName(random)} ${dim(version(random))}`);
};

export const pipInstall: Speaker = (random, say) => {
  for (let line = 4 + random.below(12); line > 0; line--) {
    const name = `${noun(random)}_${noun(random)}-${version(random)}-py3-none-any.whl`;
    say(
      `Collecting ${noun(random)}-${noun(random)}>=${version(random)} (from -r requirements.txt (line ${random.below(80)}))`,
    );
    say(
      `  Downloading https://files.pythonhosted.org/packages/${sha256(random).replace(/^(..)(..)/u, "$1/$2/")}/${name} (${milliseconds(random)} kB)`,
    );
    say(
      `     ${"━".repeat(40)} ${milliseconds(random)}/${milliseconds(random)} kB ${random.below(90)}.1 MB/s eta 0:00:00`,
    );
    say(`    --hash=sha256:${sha256(random)} \\`);
  }
};

export const aptInstall: Speaker = (random, say) => {
  for (let line = 8 + random.below(20); line > 0; line--) {
    const name = `lib${noun(random)}${random.below(9)}`;
    const number = `${version(random)}-${random.below(9)}ubuntu0.${random.below(9)}`;
    say(
      `Get:${line} http://azure.archive.ubuntu.com/ubuntu noble-updates/main amd64 ${name} amd64 ${number} [${random.below(900)} kB]`,
    );
    say(`Selecting previously unselected package ${name}:amd64.`);
    say(`Unpacking ${name}:amd64 (${number}) ...`);
    say(`Setting up ${name}:amd64 (${number}) ...`);
  }
};

export function downloadedCrate(random: Random): string {
  return `  ${green("Downloaded")} ${noun(random)}-${noun(random)} v${version(random)}`;
}
