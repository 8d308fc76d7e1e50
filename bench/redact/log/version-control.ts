import { bold, green, red, yellow } from "./colours.ts";
import type { Speaker } from "./speaker.ts";
import { identifier, noun, path, sentence, sha1 } from "./words.ts";

export const checkout: Speaker = (random, say) => {
  const commit = sha1(random);
  say("##[group]Run actions/checkout@v4");
  say("with:");
  say(`  repository: example/${noun(random)}`);
  say("  token: ***");
  say("  ssh-strict: true");
  say("  persist-credentials: true");
  say("##[endgroup]");
  say(`Syncing repository: example/${noun(random)}`);
  say("[command]/usr/bin/git version");
  say("git version 2.47.1");
  say(
    `Temporarily overriding HOME='/home/runner/work/_temp/${noun(random)}' before making global git config changes`,
  );
  say(
    "[command]/usr/bin/git config --local --name-only --get-regexp http\\.https\\:\\/\\/github\\.com\\/\\.extraheader",
  );
  say(
    "[command]/usr/bin/git config --local http.https://github.com/.extraheader AUTHORIZATION: basic ***",
  );
  say(
    `[command]/usr/bin/git -c protocol.version=2 fetch --no-tags --prune --no-recurse-submodules --depth=1 origin +${commit}:refs/remotes/pull/${random.below(9000)}/merge`,
  );
  for (let percent = random.below(20); percent < 100; percent += 1 + random.below(20))
    say(
      `remote: Compressing objects: ${String(percent).padStart(3)}% (${percent * 13}/1300)\rremote: Compressing objects: ${percent + 1}% (${percent * 13 + 13}/1300)`,
    );
  say(` * [new ref]         ${commit} -> pull/${random.below(9000)}/merge`);
  say(`HEAD is now at ${commit.slice(0, 7)} Merge ${sha1(random)} into ${sha1(random)}`);
};

export const history: Speaker = (random, say) => {
  for (let entry = 2 + random.below(8); entry > 0; entry--) {
    say(yellow(`commit ${sha1(random)}`));
    say(
      `Author: ${identifier(random)} <${noun(random)}.${noun(random)}@users.noreply.example.com>`,
    );
    say(`Date:   Mon Jan ${1 + random.below(28)} 12:${10 + random.below(49)}:07 2026 +0000`);
    say("");
    say(`    Test that it ${sentence(random)}`);
    say("");
    for (let file = random.below(9); file > 0; file--) {
      const lines = 1 + random.below(30);
      say(
        ` ${path(random, "ts").padEnd(60)} | ${String(lines).padStart(3)} ${green("+".repeat(lines))}${red("-".repeat(random.below(10)))}`,
      );
    }
  }
};

export const diff: Speaker = (random, say) => {
  const name = path(random, "ts");
  say(bold(`diff --git a/${name} b/${name}`));
  say(bold(`index ${sha1(random).slice(0, 10)}..${sha1(random).slice(0, 10)} 100644`));
  for (let hunk = 1 + random.below(4); hunk > 0; hunk--) {
    say(
      `@@ -${random.below(900)},7 +${random.below(900)},9 @@ export function ${identifier(random)}(${noun(random)}: string): void {`,
    );
    say(`   const ${noun(random)} = await ${identifier(random)}(options.${noun(random)});`);
    say(red(`-  if (${noun(random)} === undefined) return ${noun(random)}.${noun(random)};`));
    say(
      green(
        `+  if (${noun(random)} === null || ${noun(random)}.${noun(random)} === "${noun(random)}") {`,
      ),
    );
    say(green(`+    throw new Error(\`no ${noun(random)}: \${${noun(random)}.message}\`);`));
    say(green("+  }"));
  }
};
