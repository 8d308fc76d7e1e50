/**
 * Names what was skipped, and what passed only when it was tried again, then prints `N passed, N failed` (and `, N skipped` when there are any) from vitest's JSON report. A
 * file that did not get as far as its tests counts as one failure, and so does a report that is
 * missing: a run that broke never reads like one that passed.
 */
import { readFileSync } from "node:fs";

/** @typedef {{ status: string, assertionResults: { status: string, fullName: string, failureMessages: string[] }[] }} FileResult */

const [, , path = ""] = process.argv;
const report = readReport(path);
const statuses = report.testResults.flatMap(toStatuses);
const passed = countOf("passed");
const skipped = report.testResults.flatMap(toSkipped);
const failed = report.success ? countOf("failed") : Math.max(1, countOf("failed"));

for (const name of skipped) console.log(`skipped: ${name}`);
for (const name of report.testResults.flatMap(toUnsteady)) console.log(`unsteady: ${name}`);
console.log(
  `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ""}`,
);
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

/** @param {FileResult} result */
function toSkipped({ assertionResults }) {
  return assertionResults
    .filter(({ status }) => status !== "passed" && status !== "failed")
    .map(({ fullName }) => fullName);
}

/**
 * A test that passed has no failures but those of earlier tries.
 *
 * @param {FileResult} result
 */
function toUnsteady({ assertionResults }) {
  return assertionResults
    .filter(({ status, failureMessages }) => status === "passed" && failureMessages.length > 0)
    .map(({ fullName, failureMessages: [first = ""] }) => `${fullName}: ${first.split("\n")[0]}`);
}

/** @param {string} status */
function countOf(status) {
  return statuses.filter((one) => one === status).length;
}
