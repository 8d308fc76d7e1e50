/**
 * A build that keeps two cores busy: build-load.mjs DIRECTORY FILES
 * Writes FILES C files and a Makefile, compiles them with two jobs, archives, links, and packs the result. The same FILES
 * always make the same work. 100 files take a little over 20 seconds on two cores.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Enough for the optimizer to work on, and few enough that processes start all the time, as in a real build. */
const FUNCTIONS_PER_FILE = 40;

const [directory, count] = [process.argv[2], Number(process.argv[3])];
if (directory === undefined || !(count > 0)) {
  process.stderr.write("usage: build-load.mjs DIRECTORY FILES\n");
  process.exitCode = 2;
} else {
  writeSources(directory, count);
  run("make", ["-j2", "--silent"], directory);
  run("./program", [], directory);
  run("tar", ["czf", "package.tar.gz", "source", "object", "program", "libparts.a"], directory);
}

function writeSources(root, files) {
  for (const name of ["source", "object"]) mkdirSync(join(root, name), { recursive: true });
  const numbers = Array.from({ length: files }, (_, index) => index);
  for (const number of numbers) {
    writeFileSync(join(root, `source/part${number}.c`), partSource(number));
  }
  writeFileSync(join(root, "source/main.c"), mainSource(numbers));
  writeFileSync(join(root, "Makefile"), makefile(numbers));
}

function partSource(number) {
  const functions = Array.from({ length: FUNCTIONS_PER_FILE }, (_, index) =>
    functionSource(`f${number}_${index}`, number + index),
  );
  const calls = functions.map((_, index) => `  sum += f${number}_${index}(values, count);`);
  return `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include <time.h>
#include <sys/socket.h>
${functions.join("")}
long part${number}(const long *values, int count) {
  long sum = 0;
${calls.join("\n")}
  return sum;
}
`;
}

function functionSource(name, seed) {
  return `
static long ${name}(const long *values, int count) {
  long window[16] = {0}, best = ${seed};
  for (int i = 0; i < count; i++) {
    window[i & 15] = values[i] * ${seed + 3} + (window[(i + ${seed % 13}) & 15] ^ ${seed});
    for (int k = 0; k < 16; k++) {
      if (window[k] > best && (window[k] & ${(seed % 7) + 1})) best = window[k] - k;
      else if (window[k] % ${(seed % 11) + 2} == 0) best ^= window[k] >> (k & 3);
    }
    switch ((best ^ i) % 5) {
      case 0: best += i; break;
      case 1: best -= ${seed}; break;
      case 2: best = best * 3 + 1; break;
      default: best ^= i << 2;
    }
  }
  return best;
}
`;
}

function mainSource(numbers) {
  const declarations = numbers.map(
    (number) => `long part${number}(const long *values, int count);`,
  );
  const calls = numbers.map((number) => `  sum ^= part${number}(values, 64);`);
  return `#include <stdio.h>
${declarations.join("\n")}
int main(void) {
  long values[64], sum = 0;
  for (int i = 0; i < 64; i++) values[i] = i * 7919;
${calls.join("\n")}
  printf("%ld\\n", sum);
  return 0;
}
`;
}

function makefile(numbers) {
  const objects = numbers.map((number) => `object/part${number}.o`).join(" ");
  return `program: source/main.c libparts.a
\tgcc -O2 -o $@ $^

libparts.a: ${objects}
\tar rcs $@ $^

object/%.o: source/%.c
\tgcc -O2 -c -o $@ $<
`;
}

function run(program, args, cwd) {
  const { status, error } = spawnSync(program, args, {
    cwd,
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${program} ended with status ${status}`);
}
