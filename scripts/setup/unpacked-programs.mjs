import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

import { findCommand } from "./find-command.mjs";
import { unpackPackage } from "./unpack-package.mjs";

/** Package lists and networks change over days; trying on every start would only cost time. */
const TRY_AGAIN_AFTER_MS = 24 * 3600 * 1000;

/** Of Python, which the fixture that takes mail runs on. */
const PYTHON_MODULES = "usr/lib/python3/dist-packages";
const WITHOUT_MAIL_SERVER = "mail is not tested against a server";

/**
 * Of packages that would start a service where they are installed, or bring much else along: the one program, or library, is all that
 * is wanted.
 *
 * @type {readonly UnpackedProgram[]}
 */
const PROGRAMS = [
  {
    packageName: "prometheus",
    paths: ["usr/bin/promtool"],
    command: "promtool",
    without: "the rules and dashboards for Prometheus cannot be checked",
  },
  {
    packageName: "prometheus-alertmanager",
    // Debian's reads its templates from files.
    paths: ["usr/bin/prometheus-alertmanager", "usr/share/prometheus/alertmanager"],
    command: "prometheus-alertmanager",
    without: "alerts are not tested against an Alertmanager",
  },
  {
    packageName: "kubernetes-client",
    paths: ["usr/bin/kubectl"],
    command: "kubectl",
    without: "manifests for Kubernetes cannot be rendered",
  },
  {
    packageName: "caddy",
    paths: ["usr/bin/caddy"],
    command: "caddy",
    without: "the configuration for the proxy before the collector is not tried",
  },
  {
    packageName: "shellcheck",
    paths: ["usr/bin/shellcheck"],
    command: "shellcheck",
    without: "shell scripts that are shipped are not looked through",
  },
  {
    packageName: "python3-aiosmtpd",
    paths: [`${PYTHON_MODULES}/aiosmtpd`],
    without: WITHOUT_MAIL_SERVER,
  },
  { packageName: "python3-attr", paths: [`${PYTHON_MODULES}/attr`], without: WITHOUT_MAIL_SERVER },
  {
    packageName: "python3-public",
    paths: [`${PYTHON_MODULES}/public`],
    without: WITHOUT_MAIL_SERVER,
  },
];

/**
 * @typedef {object} UnpackedProgram
 * @property {string} packageName
 * @property {string[]} paths In the package; their last parts are what they are called. What it is all about comes first.
 * @property {string} [command] What is there where it is installed, from wherever it came.
 * @property {string} without What is lost without it.
 */

/**
 * Takes programs out of Debian's packages, without installing these. They lie in `.cache/unpacked`.
 *
 * @param {string} root
 * @returns {import("./set-up.mjs").Step}
 */
export function createUnpackedProgramsStep(root) {
  const folder = join(root, ".cache/unpacked");
  const memory = join(folder, "failed.json");
  const findMissing = () =>
    PROGRAMS.filter(
      ({ paths, command }) =>
        paths.some((path) => !existsSync(join(folder, basename(path)))) &&
        (command === undefined || findCommand(command) === undefined),
    );

  return {
    essential: false,
    inspect() {
      const missing = findMissing();
      if (missing.length === 0) return { state: "ready" };
      const canBring = ["apt-get", "dpkg-deb"].every((name) => findCommand(name) !== undefined);
      if (canBring && !hasFailedLately(memory)) return { state: "work" };
      return { state: "lacking", message: describe(missing) };
    },
    async perform(announcer) {
      mkdirSync(folder, { recursive: true });
      const failures = [];
      for (const program of findMissing()) {
        const failure = await announcer.during(
          `taking ${nameOf(program)} out of the package ${program.packageName}`,
          () => unpackPackage(program, folder),
        );
        if (failure !== "") failures.push(failure);
      }
      const missing = findMissing();
      if (missing.length === 0) return { status: "done" };
      writeFileSync(memory, JSON.stringify({ at: Date.now() }));
      return { status: "lacking", message: [describe(missing), ...failures].join("\n") };
    },
  };
}

/** @param {string} memory */
function hasFailedLately(memory) {
  try {
    const age = Date.now() - JSON.parse(readFileSync(memory, "utf8")).at;
    return age >= 0 && age < TRY_AGAIN_AFTER_MS;
  } catch {
    return false;
  }
}

/** @param {readonly UnpackedProgram[]} missing */
function describe(missing) {
  return missing
    .map(
      (program) =>
        `${nameOf(program)} (for testing, of Debian's package ${program.packageName}) is missing: without it, ${program.without}`,
    )
    .join("\n");
}

/** @param {UnpackedProgram} program */
function nameOf({ paths: [path = ""] }) {
  return basename(path);
}
