import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openStateDirectory } from "../../../agent/control/state-directory.ts";
import { requires } from "../../support/requires.ts";

const { root } = requires;
const USER = process.geteuid?.() ?? 0;
const NOBODY = 65_534;

let place: string;

beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), "guard-state-")));
});

afterEach(() => {
  rmSync(place, { recursive: true, force: true });
});

describe("a directory of the guard's own", () => {
  test("is made so that others can come in and change nothing, whatever the mask", () => {
    const before = process.umask(0o077);
    try {
      using state = openStateDirectory(join(place, "state"), USER);
      state.announce({ pid: 1 });

      expect(statSync(state.path).mode & 0o777).toBe(0o755);
      expect(statSync(join(state.path, "ready")).mode & 0o777).toBe(0o644);
      expect(statSync(join(state.path, "lock")).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  test("says that the guard is ready, whole, and no longer when it has ended", () => {
    const path = join(place, "state");
    const state = openStateDirectory(path, USER);

    expect(existsSync(join(path, "ready"))).toBe(false);
    state.announce({ pid: 1 });
    state.announce({ pid: 2 });
    expect(JSON.parse(readFileSync(join(path, "ready"), "utf8"))).toEqual({ pid: 2 });
    state[Symbol.dispose]();
    expect(existsSync(join(path, "ready"))).toBe(false);
  });

  test("is taken as it is where it is there, and rid of what a killed guard left", () => {
    const path = join(place, "state");
    mkdirSync(path, { mode: 0o750 });
    writeFileSync(join(path, "ready"), "{}");
    writeFileSync(join(path, "control.sock"), "");
    using state = openStateDirectory(path, USER);

    expect(statSync(path).mode & 0o777).toBe(0o750);
    expect(existsSync(join(state.path, "ready"))).toBe(false);
    expect(existsSync(state.socketPath)).toBe(false);
  });

  test("a second guard is refused with the pid of the first, until that has ended", () => {
    const path = join(place, "state");
    const first = openStateDirectory(path, USER);
    first.announce({});

    expect(() => openStateDirectory(path, USER)).toThrow(
      expect.objectContaining({
        code: "state-directory",
        message: expect.stringContaining(`running, with pid ${process.pid}: end it first`),
      }),
    );
    expect(existsSync(join(path, "ready"))).toBe(true);
    first[Symbol.dispose]();
    openStateDirectory(path, USER)[Symbol.dispose]();
  });

  test("a link on the way to it is resolved once, and not followed anew", () => {
    mkdirSync(join(place, "real"));
    symlinkSync(join(place, "real"), join(place, "link"));
    using state = openStateDirectory(join(place, "link", "state"), USER);

    expect(state.path).toBe(join(place, "real", "state"));
  });
});

test.each([0o777, 0o2775])(
  "an empty volume of the guard's user, of mode %o, is closed to others",
  (mode) => {
    mkdirSync(join(place, "volume"));
    chmodSync(join(place, "volume"), mode);
    using state = openStateDirectory(join(place, "volume"), USER);

    expect(statSync(state.path).mode & 0o7777).toBe(0o755);
  },
);

describe("a directory that somebody else could change is refused, with what to do", () => {
  test("a symbolic link", () => {
    mkdirSync(join(place, "real"));
    symlinkSync(join(place, "real"), join(place, "link"));

    expect(() => openStateDirectory(join(place, "link"), USER)).toThrow("is a symbolic link: give");
  });

  test("a dangling link, which is not followed to make one elsewhere", () => {
    symlinkSync(join(place, "elsewhere"), join(place, "link"));

    expect(() => openStateDirectory(join(place, "link"), USER)).toThrow("is a symbolic link: give");
    expect(existsSync(join(place, "elsewhere"))).toBe(false);
  });

  test("a file", () => {
    writeFileSync(join(place, "file"), "");

    expect(() => openStateDirectory(join(place, "file"), USER)).toThrow("is no directory: give");
  });

  test.each([0o777, 0o775, 0o757, 0o1777])("mode %o, with something in it", (mode) => {
    mkdirSync(join(place, "open/planted"), { recursive: true });
    chmodSync(join(place, "open"), mode);

    expect(() => openStateDirectory(join(place, "open"), USER)).toThrow("chmod go-w makes it safe");
  });

  test("one that lies in a directory where others can rename it", () => {
    chmodSync(place, 0o777);

    expect(() => openStateDirectory(join(place, "state"), USER)).toThrow(
      `lies in ${place}, which others can write to: give one`,
    );
  });

  test("one whose parent is not there", () => {
    expect(() => openStateDirectory(join(place, "no", "state"), USER)).toThrow(
      "the directory that it is to lie in is not there",
    );
  });

  test("one whose socket would have too long a path", () => {
    const path = join(place, "x".repeat(100));

    expect(() => openStateDirectory(path, USER)).toThrow("is too long a path for a socket");
  });

  test.skipIf(!root.available)(`another user's${root.note}`, () => {
    mkdirSync(join(place, "theirs"));
    chownSync(join(place, "theirs"), NOBODY, NOBODY);

    expect(() => openStateDirectory(join(place, "theirs"), USER)).toThrow(
      `belongs to user ${NOBODY} and not to the guard's`,
    );
    expect(() => openStateDirectory(join(place, "theirs", "state"), USER)).toThrow(
      `lies in ${join(place, "theirs")}, which belongs to user ${NOBODY}`,
    );
  });

  test("a lock that is a link elsewhere is not followed", () => {
    mkdirSync(join(place, "state"));
    symlinkSync(join(place, "victim"), join(place, "state", "lock"));

    expect(() => openStateDirectory(join(place, "state"), USER)).toThrow("cannot be written to");
    expect(existsSync(join(place, "victim"))).toBe(false);
    expect(lstatSync(join(place, "state", "lock")).isSymbolicLink()).toBe(true);
  });
});
