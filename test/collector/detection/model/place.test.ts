import { describe, expect, test } from "vitest";

import {
  type PlaceKind,
  toFileClass,
  toPlace,
} from "../../../../collector/detection/model/place.ts";

const WORKSPACE = "/srv/ci/checkout";

test.each<[path: string, kind: PlaceKind, rest: string]>([
  ["/usr/bin/curl", "system", "bin/curl"],
  ["/opt/app/run", "system", "app/run"],
  ["/opt/hostedtoolcache/node/22.11.0/x64/bin/node", "tools", "node/22.11.0/x64/bin/node"],
  ["/home/runner/work/_tool/go/1.23/bin/go", "tools", "go/1.23/bin/go"],
  ["/home/runner/.cargo/bin/cargo", "tools", "bin/cargo"],
  ["/root/.pyenv/versions/3.11.7/bin/python3", "tools", "versions/3.11.7/bin/python3"],
  ["/home/runner/work/app/app/node_modules/.bin/jest", "modules", ".bin/jest"],
  ["/builds/acme/app/.venv/bin/pytest", "modules", "bin/pytest"],
  ["/builds/acme/app/target/release/server", "built", "server"],
  ["/tmp/go-build123/b001/exe/main", "built", "b001/exe/main"],
  ["/home/runner/work/app/app/scripts/x.sh", "workspace", "scripts/x.sh"],
  ["/__w/app/app/x", "workspace", "x"],
  ["/github/workspace/x", "workspace", "x"],
  ["/home/runner/work/_temp/x.sh", "runner", "x.sh"],
  ["/home/runner/work/_actions/acme/do/v1/i.js", "runner", "acme/do/v1/i.js"],
  ["/tmp/x", "temporary", "x"],
  ["/dev/shm/x", "temporary", "x"],
  ["/var/tmp/.X11/x", "temporary", ".X11/x"],
  ["/home/runner/x", "home", "x"],
  ["/proc/self/mem", "kernel", "self/mem"],
  ["/data/x", "other", "data/x"],
  ["x", "other", ""],
  [`${WORKSPACE}/src/x`, "workspace", "src/x"],
  [`${WORKSPACE}/node_modules/a/x`, "modules", "a/x"],
  [`${WORKSPACE}-other/x`, "system", "ci/checkout-other/x"],
])("%s is %s", (path, kind, rest) => {
  expect(toPlace(path, WORKSPACE)).toEqual({ kind, rest });
});

describe("a place is by the whole name of its folder", () => {
  test.each<[path: string, kind: PlaceKind]>([
    ["/usr-local/bin/x", "other"],
    ["/tmpx/x", "other"],
    ["/opt/hostedtoolcache-evil/x", "system"],
    ["/home/runner/.cargox/bin/x", "home"],
    ["/home/runner/work/app/app/node_modules-x/x", "workspace"],
  ])("%s is %s", (path, kind) => {
    expect(toPlace(path).kind).toBe(kind);
  });
});

test("however long a path is, it is looked at as far as places go", () => {
  const { kind, rest } = toPlace(`/tmp/${"a/".repeat(1_000_000)}`);

  expect(kind).toBe("temporary");
  expect(rest.length).toBeLessThan(512);
});

test.each([
  [`${WORKSPACE}/out/x`, undefined],
  ["/home/runner/work/app/app/node_modules/a/x", undefined],
  ["/builds/acme/app/target/debug/x", undefined],
  ["/proc/sys/kernel/x", undefined],
  ["/tmp/a/b/c", "temporary"],
  ["/home/runner/work/_temp/x", "runner"],
  ["/home/runner/.bashrc", "~/.bashrc"],
  ["/home/runner/.cache/pip/wheels/x", "~/.cache/pip"],
  ["/home/runner/.local/share/app/x", "~/.local/share/app"],
  ["/home/runner/notes/x", "~/*"],
  ["/etc/ssl/certs/x.pem", "/etc/ssl"],
])("what is written to %s is of the class %s", (path, place) => {
  expect(toFileClass(path, WORKSPACE)).toBe(place);
});
