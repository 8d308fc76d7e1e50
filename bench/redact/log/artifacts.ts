import { BASE64, HEX } from "../random.ts";
import type { Speaker } from "./speaker.ts";
import { noun, packageName, path, sha256, uuid, version } from "./words.ts";

export const checksums: Speaker = (random, say) => {
  for (let line = 3 + random.below(15); line > 0; line--)
    say(`${sha256(random)}  ${path(random, "tar.gz")}`);
};

export const goSum: Speaker = (random, say) => {
  for (let line = 3 + random.below(15); line > 0; line--)
    say(
      `github.com/${noun(random)}/${noun(random)} v${version(random)} h1:${random.text(BASE64, 43)}=`,
    );
};

export const uploads: Speaker = (random, say) => {
  for (let line = 3 + random.below(10); line > 0; line--)
    say(
      `Uploaded bytes ${random.below(90_000_000)} of artifact ${uuid(random)} (https://github.com/example/app/actions/runs/${random.below(1e9)}/artifacts/${random.below(1e9)})`,
    );
};

/** Public: certificates are printed, and are no secret. */
export const certificate: Speaker = (random, say) => {
  say("-----BEGIN CERTIFICATE-----");
  for (let line = 12 + random.below(10); line > 0; line--) say(random.text(BASE64, 64));
  say("-----END CERTIFICATE-----");
};

export const hexDump: Speaker = (random, say) => {
  for (let line = 4 + random.below(20); line > 0; line--)
    say(
      `${random.text(HEX, 8)}: ${Array.from({ length: 8 }, () => random.text(HEX, 4)).join(" ")}  ${".".repeat(16)}`,
    );
};

export const dependencyTree: Speaker = (random, say) => {
  for (let line = 10 + random.below(40); line > 0; line--)
    say(
      `${"│ ".repeat(random.below(5))}├─┬ ${packageName(random)}@${version(random)}${random.below(3) === 0 ? " deduped" : ""}`,
    );
};
