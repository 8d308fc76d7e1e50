import { join } from "node:path";

import { createAgentBundleStep } from "./agent-bundle.mjs";
import { createAnnouncer } from "./announcer.mjs";
import { createCompileCacheStep } from "./compile-cache.mjs";
import { createDashboardStep } from "./dashboard.mjs";
import { createKernelObjectStep } from "./kernel-object.mjs";
import { whileLocked } from "./lock.mjs";
import { createNode24Step } from "./node24.mjs";
import { createNpmDependenciesStep } from "./npm-dependencies.mjs";
import { ownerAdvice } from "./owner-advice.mjs";
import { createSystemPackagesStep } from "./system-packages-step.mjs";
import { createUnpackedProgramsStep } from "./unpacked-programs.mjs";

/** @typedef {import("./announcer.mjs").Announcer} Announcer */

/**
 * What a step of the set-up found: all is there; there is work to do; or something is lacking that
 * the set-up cannot bring itself, with a text that says what is lost and how to get it.
 *
 * @typedef {{ state: "ready" } | { state: "work" } | { state: "lacking", message: string }} Finding
 */

/**
 * How a step's work came out. `failed`: nothing runs without it. `lacking`: all runs, with less.
 *
 * @typedef {{ status: "done" } | { status: "failed" | "lacking", message: string }} Outcome
 */

/**
 * @typedef {object} Step
 * @property {boolean} essential Nothing runs while its work is undone.
 * @property {() => Finding} inspect Quick, changes nothing.
 * @property {(announcer: Announcer) => Promise<Outcome>} perform
 */

/**
 * Brings what is missing to run, build and test from this checkout. A step's order is its need: npm
 * runs on the Node.js that the first step brings, and the compiler comes with the system packages.
 *
 * @param {string} root The checkout.
 * @param {{ quiet?: boolean, requireAll?: boolean }} [options] `requireAll`: what is lacking is a failure.
 * @returns {Promise<boolean>} Whether the agent can be run (with `requireAll`: with nothing lacking).
 */
export async function setUp(root, { quiet = false, requireAll = false } = {}) {
  const announcer = createAnnouncer({ quiet });
  const steps = [
    createNode24Step(root),
    createNpmDependenciesStep(root),
    createSystemPackagesStep(root),
    createUnpackedProgramsStep(root),
    createKernelObjectStep(root),
    createAgentBundleStep(root),
    createDashboardStep(root),
    createCompileCacheStep(root),
  ];
  const state = await bringAll(root, steps, announcer);
  if (state === "all there") announcer.remark("everything is there");
  return state === "all there" || (state === "something lacking" && !requireAll);
}

/** @typedef {"all there" | "something lacking" | "failed"} State */

/**
 * Without work to do nothing is locked or written, so that a finished checkout may be read-only.
 *
 * @param {string} root
 * @param {Step[]} steps
 * @param {Announcer} announcer
 * @returns {Promise<State>}
 */
async function bringAll(root, steps, announcer) {
  try {
    const findings = steps.map((step) => step.inspect());
    if (findings.every(({ state }) => state !== "work")) return reportLacks(findings, announcer);
    const onWait = (/** @type {string} */ owner) =>
      announcer.say(`waiting for another set-up to end (process ${owner.split(" ")[0]})`);
    const lock = join(root, ".cache/setup/lock");
    return await whileLocked(lock, { onWait }, () => performAll(steps, announcer));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    announcer.warn(`the set-up cannot go on: ${error.message}${ownerAdvice(error)}`);
    const isStuck = steps.some((step) => step.essential && step.inspect().state !== "ready");
    return isStuck ? "failed" : "something lacking";
  }
}

/**
 * A file that cannot be written, a full disk: the user's to mend, and no bug of ours.
 *
 * @param {unknown} error
 * @returns {error is NodeJS.ErrnoException}
 */
function isSystemError(error) {
  return error instanceof Error && "syscall" in error;
}

/**
 * @param {Finding[]} findings
 * @param {Announcer} announcer
 * @returns {State}
 */
function reportLacks(findings, announcer) {
  const lacks = findings.flatMap((finding) =>
    finding.state === "lacking" ? [finding.message] : [],
  );
  for (const message of lacks) announcer.warn(message);
  return lacks.length === 0 ? "all there" : "something lacking";
}

/**
 * Each step is inspected again: another set-up may have done its work while this one waited, and an
 * earlier step may have made it possible.
 *
 * @param {Step[]} steps
 * @param {Announcer} announcer
 * @returns {Promise<State>}
 */
async function performAll(steps, announcer) {
  /** @type {State} */
  let state = "all there";
  for (const step of steps) {
    const outcome = await performStep(step, announcer);
    if (outcome.status === "done") continue;
    announcer.warn(outcome.message);
    if (outcome.status === "failed") return "failed";
    state = "something lacking";
  }
  return state;
}

/**
 * @param {Step} step
 * @param {Announcer} announcer
 * @returns {Promise<Outcome>}
 */
async function performStep(step, announcer) {
  const finding = step.inspect();
  if (finding.state === "ready") return { status: "done" };
  if (finding.state === "lacking") return { status: "lacking", message: finding.message };
  return step.perform(announcer);
}
