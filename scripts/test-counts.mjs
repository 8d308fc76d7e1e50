/**
 * Prints `N passed, N failed` (and `, N skipped` when there are any) from vitest's JSON report. A
 * file that did not get as far as its tests counts as one failure, and so does a report that is
 * missing: a run that broke never reads like one that passed.
 */
import { readFileSync } from "node:fs";

/** @typedef {{ status: string, assertionResults: { status: string }[] }} FileResult */

const [, , path = ""] = process.argv;
const report = readReport(path);
const statuses = report.testResults.flatMap(toStatuses);
const passed = countOf("passed");
const skipped = statuses.length - passed - countOf("failed");
const failed = report.success ? countOf("failed") : Math.max(1, countOf("failed"));

console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;

/**
 * @param {string} file
 * @returns {{ success: boolean, testResults: FileResult[] }}
 */
function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    console.log(`no test report at ${file}`);
    return { success: false, testResults: [] };
  }
}

/** @param {FileResult} result */
function toStatuses({ status, assertionResults }) {
  const own = assertionResults.map((assertion) => assertion.status);
  return status === "failed" && !own.includes("failed") ? [...own, "failed"] : own;
}

/** @param {string} status */
function countOf(status) {
  return statuses.filter((one) => one === status).length;
}
