/** Honest builds by real tools: nothing of what they do is to be flagged above low. */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface HonestBuild {
  readonly name: string;
  /** Programs that it cannot do without; where one is missing the build is left out, by name. */
  readonly needs: readonly string[];
  /** Puts into the folder what the build begins with, and returns its command. */
  readonly prepare: (folder: string) => readonly string[];
}

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const NODE = process.execPath;
const COMPILE = join(CHECKOUT, "bench/generators/build-load.mjs");

export const HONEST_BUILDS: readonly HonestBuild[] = [
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
      write(folder, "package.json", {
        name: "addon",
        version: "1.0.0",
        gypfile: true,
        scripts: { prepare: "node -e 'console.log(1)'", postinstall: "sh -c 'echo built'" },
      });
      writeFileSync(
        join(folder, "binding.gyp"),
        '{"targets": [{"target_name": "addon", "sources": ["addon.c"]}]}\n',
      );
      writeFileSync(
        join(folder, "addon.c"),
        "#include <node_api.h>\nNAPI_MODULE_INIT() { return exports; }\n",
      );
      return ["npm", "install", "--no-audit", "--no-fund"];
    },
  },
  {
    name: "setuptools build of an extension in C, pip list",
    needs: ["pip3", "gcc"],
    prepare(folder) {
      writeFileSync(
        join(folder, "setup.py"),
        'from setuptools import Extension, setup\nsetup(name="sample", version="1", ext_modules=[Extension("sample", ["sample.c"])])\n',
      );
      writeFileSync(
        join(folder, "sample.c"),
        '#include <Python.h>\nstatic struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "sample"};\nPyMODINIT_FUNC PyInit_sample(void) { return PyModule_Create(&def); }\n',
      );
      return ["sh", "-c", "python3 setup.py -q build && pip3 list > packages.txt"];
    },
  },
  {
    name: "cargo build with a build script",
    needs: ["cargo", "gcc"],
    prepare(folder) {
      mkdirSync(join(folder, "src"));
      writeFileSync(
        join(folder, "Cargo.toml"),
        '[package]\nname = "sample"\nversion = "0.1.0"\nedition = "2021"\nbuild = "build.rs"\n',
      );
      writeFileSync(
        join(folder, "build.rs"),
        'use std::process::Command;\nfn main() {\n  let out = std::env::var("OUT_DIR").unwrap();\n  assert!(Command::new("gcc").args(["-c", "part.c", "-o"]).arg(format!("{out}/part.o")).status().unwrap().success());\n  Command::new("git").args(["--version"]).status().unwrap();\n}\n',
      );
      writeFileSync(join(folder, "part.c"), "int part(void) { return 1; }\n");
      writeFileSync(join(folder, "src/main.rs"), 'fn main() { println!("sample"); }\n');
      return ["cargo", "build", "--offline"];
    },
  },
  {
    name: "make with two jobs, then tar",
    needs: ["make", "gcc"],
    prepare: (folder) => [NODE, COMPILE, folder, "4"],
  },
  {
    name: "cmake, make and ctest",
    needs: ["cmake", "make", "gcc"],
    prepare(folder) {
      writeFileSync(
        join(folder, "CMakeLists.txt"),
        "cmake_minimum_required(VERSION 3.10)\nproject(sample C)\nenable_testing()\nadd_executable(sample main.c)\nadd_test(NAME runs COMMAND sample)\n",
      );
      writeFileSync(join(folder, "main.c"), "int main(void) { return 0; }\n");
      return ["sh", "-c", "cmake -B build . && cmake --build build && ctest --test-dir build"];
    },
  },
  {
    name: "javac, jar and java",
    needs: ["javac", "jar", "java"],
    prepare(folder) {
      writeFileSync(
        join(folder, "Main.java"),
        "public class Main { public static void main(String[] a) { System.out.println(1); } }\n",
      );
      return [
        "sh",
        "-c",
        "javac Main.java && jar cfe sample.jar Main Main.class && java -jar sample.jar",
      ];
    },
  },
  {
    name: "mvn, which finds no network",
    needs: ["mvn"],
    prepare: () => ["sh", "-c", "mvn -B -o -q validate || true"],
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
      for (let index = 0; index < 8; index += 1) {
        writeFileSync(
          join(folder, `part-${index}.test.mjs`),
          'import { fork } from "node:child_process";\nimport test from "node:test";\ntest("runs", () => { fork(import.meta.filename).disconnect(); });\nif (process.send) process.exit(0);\n',
        );
      }
      return [NODE, "--test", "--test-concurrency=4"];
    },
  },
  {
    name: "apt-get download and dpkg-deb",
    needs: ["apt-get", "dpkg-deb"],
    prepare: () => [
      "sh",
      "-c",
      "apt-get download hostname && dpkg-deb -x hostname_*.deb out || true",
    ],
  },
  {
    name: "apt-get install of what is there, again",
    needs: ["apt-get"],
    prepare: () => ["sh", "-c", "apt-get install -y --reinstall hostname || true"],
  },
  {
    name: "git clone, branch, commit, submodule",
    needs: ["git"],
    prepare: () => [
      "sh",
      "-c",
      [
        "git init -q library && cd library && git config user.email a@b.c && git config user.name a",
        "echo 1 > file && git add . && git commit -qm one && cd ..",
        "git clone -q library work && cd work && git config user.email a@b.c && git config user.name a",
        "git -c protocol.file.allow=always submodule --quiet add ../library part && git commit -qm two",
        "git checkout -q -b topic && echo 2 > file && git commit -qam three && git gc -q",
      ].join(" && "),
    ],
  },
  {
    name: "Chromium headless",
    needs: ["chromium"],
    prepare: (folder) => [
      "chromium",
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      `--user-data-dir=${join(folder, "profile")}`,
      "--dump-dom",
      "data:text/html,<p>hello</p>",
    ],
  },
  {
    name: "shell everyday work: curl to a file, checksum, unpack, sed -i, find, xargs",
    needs: ["curl", "tar"],
    prepare(folder) {
      writeFileSync(join(folder, "page.txt"), "1\n");
      return [
        "sh",
        "-c",
        [
          `curl -s -o copy.txt file://${folder}/page.txt`,
          "sha256sum copy.txt > sums && sha256sum -c sums",
          "tar czf all.tgz copy.txt && mkdir out && tar xzf all.tgz -C out",
          "sed -i s/1/2/ copy.txt && find . -name '*.txt' | xargs cat",
          "export VERSION=$(curl -s file:///etc/debian_version) && echo $VERSION",
        ].join(" && "),
      ];
    },
  },
];

function write(folder: string, name: string, content: unknown): void {
  writeFileSync(join(folder, name), JSON.stringify(content));
}
