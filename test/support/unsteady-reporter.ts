/** Names at the end of a run what passed only when it was tried again: the tests to mend, with what was wrong at first. */
import type { Reporter, TestModule } from "vitest/node";

/** For vitest's `--reporter`. */
export default class UnsteadyReporter implements Reporter {
  onTestRunEnd(testModules: readonly TestModule[]): void {
    for (const line of testModules.flatMap(toUnsteady)) process.stdout.write(`${line}\n`);
  }
}

function toUnsteady(testModule: TestModule): string[] {
  return [...testModule.children.allTests()]
    .filter((test) => test.diagnostic()?.flaky === true)
    .map((test) => {
      const [error] = test.result().errors ?? [];
      const message = error?.message.split("\n")[0] ?? "no error is known";
      return `unsteady: ${testModule.relativeModuleId} > ${test.fullName}: ${message}`;
    });
}
