import { join } from "node:path";

import { CHECKOUT, type HonestBuild, inShell, NODE, writeFiles } from "./honest-build.ts";

const COMPILE = join(CHECKOUT, "bench/generators/build-load.mjs");
const MAIN = "int main(void) { return 0; }\n";

export const COMPILED_BUILDS: readonly HonestBuild[] = [
  {
    name: "cargo build with a build script",
    needs: ["cargo", "gcc"],
    prepare(folder) {
      writeFiles(folder, {
        "Cargo.toml":
          '[package]\nname = "sample"\nversion = "0.1.0"\nedition = "2021"\nbuild = "build.rs"\n',
        "build.rs":
          'use std::process::Command;\nfn main() {\n  let out = std::env::var("OUT_DIR").unwrap();\n  assert!(Command::new("gcc").args(["-c", "part.c", "-o"]).arg(format!("{out}/part.o")).status().unwrap().success());\n  Command::new("git").args(["--version"]).status().unwrap();\n}\n',
        "part.c": "int part(void) { return 1; }\n",
        "src/main.rs": 'fn main() { println!("sample"); }\n#[test]\nfn runs() {}\n',
      });
      return inShell("cargo build --offline", "cargo test --offline", "cargo run --offline");
    },
  },
  {
    name: "go build, test and vet",
    needs: ["go"],
    prepare(folder) {
      writeFiles(folder, {
        "go.mod": "module example.test/sample\n\ngo 1.19\n",
        "main.go":
          'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println(add(1, 1)) }\n\nfunc add(a, b int) int { return a + b }\n',
        "main_test.go":
          'package main\n\nimport "testing"\n\nfunc TestAdd(t *testing.T) {\n\tif add(1, 1) != 2 {\n\t\tt.Fatal()\n\t}\n}\n',
      });
      return [
        "env",
        `GOCACHE=${folder}/cache`,
        "GOFLAGS=-mod=mod",
        ...inShell("go build -o sample .", "go vet ./...", "go test ./...", "go run .", "./sample"),
      ];
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
      writeFiles(folder, {
        "CMakeLists.txt":
          "cmake_minimum_required(VERSION 3.10)\nproject(sample C)\nenable_testing()\nadd_executable(sample main.c)\nadd_test(NAME runs COMMAND sample)\n",
        "main.c": MAIN,
      });
      return inShell("cmake -B build .", "cmake --build build", "ctest --test-dir build");
    },
  },
  {
    name: "autotools: autoreconf, configure, make check, make install",
    needs: ["autoreconf", "automake", "make", "gcc"],
    prepare(folder) {
      writeFiles(folder, {
        "configure.ac":
          "AC_INIT([sample], [1.0])\nAM_INIT_AUTOMAKE([foreign])\nAC_PROG_CC\nAC_CHECK_HEADERS([unistd.h sys/socket.h])\nAC_CHECK_FUNCS([fork getrandom])\nAC_CONFIG_FILES([Makefile])\nAC_OUTPUT\n",
        "Makefile.am":
          "bin_PROGRAMS = sample\nsample_SOURCES = main.c\nTESTS = runs.sh\nEXTRA_DIST = runs.sh\n",
        "runs.sh": "#!/bin/sh\nexec ./sample\n",
        "main.c": MAIN,
      });
      return inShell(
        "chmod +x runs.sh",
        "autoreconf -i",
        "./configure --prefix=/usr",
        "make -j2",
        "make check",
        `make install DESTDIR=${folder}/root`,
        "make dist",
      );
    },
  },
  {
    name: "meson and ninja, with ccache",
    needs: ["meson", "ninja", "ccache", "gcc"],
    prepare(folder) {
      writeFiles(folder, {
        "meson.build": "project('sample', 'c')\ntest('runs', executable('sample', 'main.c'))\n",
        "main.c": MAIN,
      });
      return [
        "env",
        `CCACHE_DIR=${folder}/cache`,
        "CC=ccache gcc",
        ...inShell("meson setup build", "ninja -C build", "meson test -C build", "ccache -s"),
      ];
    },
  },
  {
    name: "tests under gdb, strace and valgrind",
    needs: ["gdb", "strace", "valgrind", "gcc"],
    prepare(folder) {
      writeFiles(folder, { "main.c": MAIN });
      return inShell(
        "gcc -g main.c -o sample",
        "gdb -batch -ex 'break main' -ex run -ex bt -ex continue ./sample",
        "strace -f -o trace ./sample",
        "valgrind -q ./sample",
      );
    },
  },
];
