import { HEX } from "../random.ts";
import { dim, green, red, yellow } from "./colours.ts";
import type { Speaker } from "./speaker.ts";
import { identifier, milliseconds, noun, path, position, sentence } from "./words.ts";

export const vitest: Speaker = (random, say) => {
  for (let file = 2 + random.below(6); file > 0; file--) {
    say(
      ` ${green("✓")} ${path(random, "test.ts")} ${dim(`(${1 + random.below(40)} tests)`)} ${green(`${random.below(900)}ms`)}`,
    );
    for (let line = 2 + random.below(20); line > 0; line--)
      say(
        `   ${green("✓")} ${noun(random)} ${dim(">")} ${sentence(random)} ${yellow(`${random.below(400)}ms`)}`,
      );
  }
};

export const pytest: Speaker = (random, say) => {
  for (let line = 10 + random.below(40); line > 0; line--)
    say(
      `tests/${noun(random)}/test_${noun(random)}.py::Test${identifier(random)}::test_${sentence(random).replaceAll(" ", "_")} ${green("PASSED")}${" ".repeat(10)}[ ${random.below(99)}%]`,
    );
};

export const goTest: Speaker = (random, say) => {
  for (let line = 5 + random.below(25); line > 0; line--) {
    const name = `Test${identifier(random)}/${sentence(random).replaceAll(" ", "_")}`;
    say(`=== RUN   ${name}`);
    say(`--- PASS: ${name} (${random.below(3)}.${random.below(99)}s)`);
  }
  say(
    `ok  \tgithub.com/example/${noun(random)}/${noun(random)}\t${milliseconds(random)}s\tcoverage: ${random.below(99)}.1% of statements`,
  );
};

export const nodeTrace: Speaker = (random, say) => {
  say(red(`TypeError: Cannot read properties of undefined (reading '${noun(random)}')`));
  for (let frame = 4 + random.below(12); frame > 0; frame--)
    say(
      `    at ${identifier(random)}.${identifier(random)} (file:///home/runner/work/app/app/${path(random, "js")}:${position(random)})`,
    );
};

export const javaTrace: Speaker = (random, say) => {
  say(`Exception in thread "main" java.lang.IllegalStateException: ${sentence(random)}`);
  for (let frame = 8 + random.below(30); frame > 0; frame--)
    say(
      `\tat com.example.${noun(random)}.${noun(random)}.${identifier(random)}$$Lambda$${random.below(900)}/0x${random.text(HEX, 16)}.apply(${identifier(random)}.java:${random.below(900)}) ~[app-1.${random.below(9)}.jar!/:na]`,
    );
  say(`\t... ${random.below(60)} common frames omitted`);
};

export const pythonTrace: Speaker = (random, say) => {
  say("Traceback (most recent call last):");
  for (let frame = 3 + random.below(10); frame > 0; frame--) {
    say(
      `  File "/opt/hostedtoolcache/Python/3.12.8/x64/lib/python3.12/site-packages/${noun(random)}/${noun(random)}.py", line ${random.below(900)}, in ${identifier(random)}`,
    );
    say(`    return self.${noun(random)}(${noun(random)}=${noun(random)}, **kwargs)`);
  }
  say(`KeyError: '${noun(random)}'`);
};

export const junitXml: Speaker = (random, say) => {
  for (let line = 3 + random.below(15); line > 0; line--)
    say(
      `<testcase classname="com.example.${noun(random)}.${identifier(random)}Test" name="${sentence(random)}" time="${milliseconds(random)}"/>`,
    );
};
