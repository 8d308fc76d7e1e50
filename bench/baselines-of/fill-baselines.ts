import { createApplyWrite } from "../../collector/storage/sqlite/apply-write.ts";
import { openForWriting } from "../../collector/storage/sqlite/open-database.ts";
import { baselineOf } from "./learned-job.ts";

const AT_ONCE = 1_000;

/** Each of a job of its own, and as large as that of a usual build. */
export function fillBaselines(directory: string, count: number): void {
  const { content } = baselineOf("common");
  using database = openForWriting(directory);
  const writes = createApplyWrite(database);
  for (let first = 0; first < count; first += AT_ONCE) {
    database.exec("BEGIN IMMEDIATE");
    for (let index = first; index < Math.min(first + AT_ONCE, count); index += 1) {
      const repository = `acme/app${index}`;
      const key = JSON.stringify(["default", null, repository, "build", "build"]);
      const name = { tenant: "default", key, repository, workflow: "build", job: "build" };
      writes.apply({
        kind: "put-baseline",
        change: { name, content, revision: 0, at: Date.now() },
      });
    }
    writes.finish();
    database.exec("COMMIT");
  }
}
