import { HEX } from "../random.ts";
import { bold, green, red, yellow } from "./colours.ts";
import { downloadedCrate } from "./packages.ts";
import type { Speaker } from "./speaker.ts";
import {
  identifier,
  milliseconds,
  noun,
  packageName,
  path,
  position,
  sha1,
  shortName,
  version,
} from "./words.ts";

export const cargoBuild: Speaker = (random, say) => {
  for (let line = random.below(12); line > 0; line--) say(downloadedCrate(random));
  for (let line = 10 + random.below(40); line > 0; line--)
    say(`   ${bold(green("Compiling"))} ${noun(random)}_${noun(random)} v${version(random)}`);
  for (let line = random.below(4); line > 0; line--) {
    const name = identifier(random);
    say(`${yellow("warning")}${bold(`: unused variable: \`${name}\``)}`);
    say(`   --> ${path(random, "rs")}:${position(random)}`);
    say("    |");
    say(`${random.below(900)} |     let ${name} = self.${noun(random)}.lock().await?;`);
    say(
      `    |         ${"^".repeat(name.length)} help: if this is intentional, prefix it with an underscore: \`_${name}\``,
    );
    say("    |");
  }
  say(
    `    ${green("Finished")} \`test\` profile [unoptimized + debuginfo] target(s) in ${milliseconds(random)}s`,
  );
  say(
    `     ${green("Running")} unittests src/lib.rs (target/debug/deps/${noun(random)}-${random.text(HEX, 16)})`,
  );
};

export const verboseRustc: Speaker = (random, say) => {
  for (let line = 1 + random.below(5); line > 0; line--) {
    const name = `${noun(random)}_${noun(random)}`;
    const externs = Array.from({ length: 4 + random.below(10) }, () => {
      const crate = noun(random);
      return `--extern ${crate}=/home/runner/work/app/app/target/debug/deps/lib${crate}-${random.text(HEX, 16)}.rmeta`;
    });
    say(
      `     Running \`rustc --crate-name ${name} --edition=2021 src/lib.rs --error-format=json --json=diagnostic-rendered-ansi,artifacts,future-incompat --crate-type lib --emit=dep-info,metadata,link -C embed-bitcode=no -C debuginfo=2 -C metadata=${random.text(HEX, 16)} -C extra-filename=-${random.text(HEX, 16)} --out-dir target/debug/deps -L dependency=target/debug/deps ${externs.join(" ")}\``,
    );
  }
};

export const gccBuild: Speaker = (random, say) => {
  for (let line = 6 + random.below(25); line > 0; line--) {
    const name = `${noun(random)}_${noun(random)}`;
    say(
      `gcc -DHAVE_CONFIG_H -I. -I../include -I/usr/include/x86_64-linux-gnu -D_FORTIFY_SOURCE=2 -g -O2 -fstack-protector-strong -Wformat -Werror=format-security -Wall -MT ${name}.o -MD -MP -MF .deps/${name}.Tpo -c -o ${name}.o ${path(random, "c")}`,
    );
  }
  for (let line = random.below(5); line > 0; line--) {
    const name = identifier(random);
    const place = path(random, "c");
    say(
      `${bold(`${place}:${position(random)}:`)} ${yellow("warning: ")}passing argument 2 of '${name}' discards 'const' qualifier from pointer target type [-Wdiscarded-qualifiers]`,
    );
    say(
      ` ${random.below(900)} |     ${name}(ctx, ${noun(random)}->${noun(random)}, sizeof(${noun(random)}));`,
    );
    say(`     |              ${"~".repeat(8)}^${"~".repeat(name.length)}`);
    say(
      `${place}:${position(random)}: note: expected 'char *' but argument is of type 'const char *'`,
    );
  }
};

export const cmakeAndNinja: Speaker = (random, say) => {
  say(`-- The C compiler identification is GNU ${version(random)}`);
  say(
    `-- Found OpenSSL: /usr/lib/x86_64-linux-gnu/libcrypto.so (found version "${version(random)}")`,
  );
  const steps = 10 + random.below(40);
  for (let step = 1; step <= steps; step++)
    say(`[${step}/${steps}] Building CXX object ${path(random, "dir")}/${noun(random)}.cpp.o`);
};

export const typeScriptErrors: Speaker = (random, say) => {
  for (let line = 1 + random.below(8); line > 0; line--) {
    const name = identifier(random);
    say(
      `${path(random, "ts")}(${position(random).replace(":", ",")}): ${red("error")} TS2345: Argument of type '{ ${name}: string; ${noun(random)}: number; }' is not assignable to parameter of type '${identifier(random)}Options'.`,
    );
    say(
      `  Property '${noun(random)}' is missing in type '{ ${name}: string; }' but required in type '${identifier(random)}Options'.`,
    );
  }
};

export const bundler: Speaker = (random, say) => {
  say(`vite v${version(random)} building for production...`);
  say(`✓ ${random.below(4000)} modules transformed.`);
  for (let line = 5 + random.below(20); line > 0; line--)
    say(
      `dist/assets/${noun(random)}-${random.text(HEX, 8)}.js ${" ".repeat(random.below(20))} ${milliseconds(random)} kB │ gzip: ${milliseconds(random)} kB │ map: ${milliseconds(random)} kB`,
    );
};

/** As a bundler's failure or a stack trace quotes it. */
export const minifiedScript: Speaker = (random, say) => {
  const parts: string[] = [];
  for (let part = 20 + random.below(150); part > 0; part--) {
    const [first, second, third] = [shortName(random), shortName(random), shortName(random)];
    parts.push(
      random.pick([
        `function ${first}(${second},${third}){return ${second}.${noun(random)}?${third}.call(this,${second}):null}`,
        `var ${first}=${second}(${random.below(9999)}),${third}=${second}.n(${first});`,
        `${first}.prototype.${identifier(random)}=function(${second}){void 0===${second}&&(${second}={});this._${noun(random)}=${second}}`,
        `if(${first}!==${second}&&"${noun(random)}"===typeof ${third})throw new TypeError("${noun(random)} must be a string");`,
        `${first}={${noun(random)}:"${noun(random)}",${noun(random)}:!0,${noun(random)}:${random.below(999)}};`,
      ]),
    );
  }
  say(`!${parts.join("")}//# sourceMappingURL=${noun(random)}.${sha1(random).slice(0, 8)}.js.map`);
};

export const packed: Speaker = (random, say) => {
  say(`npm notice 📦  ${packageName(random)}@${version(random)}`);
  for (let line = 5 + random.below(30); line > 0; line--)
    say(`npm notice ${milliseconds(random)}kB ${path(random, "js")}`);
  say(`npm notice shasum: ${sha1(random)}`);
};
