import { cpSync, symlinkSync } from "node:fs";
import { join } from "node:path";

import { CHECKOUT, type HonestBuild, inShell, NODE, writeFiles } from "./honest-build.ts";

const VITEST = join(CHECKOUT, "node_modules/vitest/vitest.mjs");

export const NODE_BUILDS: readonly HonestBuild[] = [
  {
    name: "npm ci of some two hundred packages",
    needs: ["npm"],
    prepare(folder) {
      for (const name of ["package.json", "package-lock.json"]) {
        cpSync(join(CHECKOUT, name), join(folder, name));
      }
      return ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    },
  },
  {
    name: "npm install that compiles an addon, with scripts",
    needs: ["npm", "make", "g++", "python3"],
    prepare(folder) {
      writeFiles(folder, {
        "package.json": JSON.stringify({
          name: "addon",
          version: "1.0.0",
          gypfile: true,
          scripts: { prepare: "node -e 'console.log(1)'", postinstall: "sh -c 'echo built'" },
        }),
        "binding.gyp": '{"targets": [{"target_name": "addon", "sources": ["addon.c"]}]}\n',
        "addon.c": "#include <node_api.h>\nNAPI_MODULE_INIT() { return exports; }\n",
      });
      return ["npm", "install", "--no-audit", "--no-fund"];
    },
  },
  {
    name: "npm install of packages with install scripts, esbuild, jest",
    needs: ["npm"],
    prepare(folder) {
      writeFiles(folder, {
        "package.json": JSON.stringify({
          name: "site",
          version: "1.0.0",
          scripts: {
            build: "esbuild index.js --bundle --outfile=out.js",
            test: "jest --maxWorkers=2",
          },
        }),
        "index.js": "console.log(1);\n",
        "a.test.js": "test('adds', () => { expect(1 + 1).toBe(2); });\n",
        "b.test.js": "test('adds', () => { expect(2 + 2).toBe(4); });\n",
      });
      return inShell(
        "npm install --no-audit --no-fund esbuild core-js jest",
        "npm run build",
        "npm test",
      );
    },
  },
  {
    name: "husky, lint-staged and a commit",
    needs: ["npm", "git"],
    prepare(folder) {
      writeFiles(folder, {
        "package.json": JSON.stringify({
          name: "hooked",
          version: "1.0.0",
          scripts: { prepare: "husky" },
          "lint-staged": { "*.js": "node --check" },
        }),
        "index.js": "console.log(1);\n",
        ".gitignore": "node_modules\n",
        ".husky/pre-commit": "npx lint-staged\n",
      });
      return inShell(
        "git init -q . && git config user.email a@b.c && git config user.name a",
        "npm install --no-audit --no-fund husky lint-staged && npm run prepare",
        "git add . && git commit -qm one",
      );
    },
  },
  {
    name: "pnpm by npx",
    needs: ["npm"],
    prepare(folder) {
      writeFiles(folder, {
        "package.json": JSON.stringify({ name: "site", version: "1.0.0" }),
      });
      return inShell(
        `npx --yes pnpm@9 --store-dir ${folder}/store add zod commander`,
        "npx --yes pnpm@9 exec node -e 'require(\"zod\")'",
      );
    },
  },
  {
    name: "tsc of this checkout",
    needs: [],
    prepare: () => [
      NODE,
      join(CHECKOUT, "node_modules/typescript/bin/tsc"),
      "--noEmit",
      "-p",
      CHECKOUT,
    ],
  },
  {
    name: "a test runner with worker processes",
    needs: [],
    prepare(folder) {
      const test =
        'import { fork } from "node:child_process";\nimport test from "node:test";\ntest("runs", () => { fork(import.meta.filename).disconnect(); });\nif (process.send) process.exit(0);\n';
      for (let index = 0; index < 8; index += 1) {
        writeFiles(folder, { [`part-${index}.test.mjs`]: test });
      }
      return [NODE, "--test", "--test-concurrency=4"];
    },
  },
  ...["forks", "threads"].map((pool) => ({
    name: `vitest in ${pool}`,
    needs: [],
    prepare(folder: string) {
      const test = 'import { expect, test } from "vitest";\ntest("a", () => expect(1).toBe(1));\n';
      writeFiles(folder, {
        "package.json": '{"type":"module"}',
        "vite.config.js": "export default {};\n",
      });
      for (let index = 0; index < 6; index += 1)
        writeFiles(folder, { [`a${index}.test.js`]: test });
      symlinkSync(join(CHECKOUT, "node_modules"), join(folder, "node_modules"));
      return [NODE, VITEST, "run", "--root", folder, `--pool=${pool}`];
    },
  })),
];
