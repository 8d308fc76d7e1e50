import { expect, test } from "vitest";

import { DAEMON_TEXTS } from "../../../../agent/rules/data/daemons.ts";

const isKnown = (text: string): boolean => DAEMON_TEXTS.some((one) => one.test(text));

test.for([
  "from multiprocessing.resource_tracker import main;main(23)",
  "from multiprocessing.semaphore_tracker import main;main(6)",
  "from joblib.externals.loky.backend.resource_tracker import main; main(4, False)",
  "from multiprocessing.forkserver import main; main(17, 18, ['__main__'], **{'sys_path': ['/a']})",
  "from multiprocessing.forkserver import main; main(17, 18, ['__main__'], **{'sys_path': ['/a', '/b",
])("%s is what multiprocessing starts", (text) => {
  expect(isKnown(text)).toBe(true);
});

test.for([
  "from multiprocessing.resource_tracker import main;main(23);import mine",
  "from multiprocessing.resource_tracker import main;main(__import__('mine'))",
  "import mine;from multiprocessing.resource_tracker import main;main(23)",
  "from multiprocessing.forkserver import main; main(17, 18, [__import__('mine')])",
  "from multiprocessing.forkserver import main; main(17, 18, [])\nimport mine",
])("%s is more than that", (text) => {
  expect(isKnown(text)).toBe(false);
});
