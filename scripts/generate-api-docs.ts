/**
 * Writes the table of paths in docs/api.md from what a collector says of itself. With --check it writes nothing and exits 1 when the
 * page is out of date.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { z } from "zod";

import { startCollector } from "../collector/collector.ts";

const PAGE = "docs/api.md";
const BEGIN = "<!-- Paths, from collector/api/routes by `npm run docs:api` -->\n";
const END = "<!-- End of paths -->\n";

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        summary: z.string(),
        "x-role": z.string(),
        parameters: z.array(z.object({ name: z.string(), in: z.string() })),
        responses: z.record(z.string(), z.unknown()),
      }),
    ),
  ),
});
type ApiDocument = z.infer<typeof documentSchema>;

/** The page with the table of today; what stands around the table stays. Throws when the page has no place for one. */
export async function updateApiPage(page: string): Promise<string> {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has no lines ${BEGIN}and ${END}`);
  return `${page.slice(0, begin)}${BEGIN}\n${toTable(await readDocument())}\n${page.slice(end)}`;
}

async function readDocument(): Promise<ApiDocument> {
  const dataDir = mkdtempSync(join(tmpdir(), "collector-"));
  try {
    await using collector = await startCollector({
      dataDir,
      listen: { host: "127.0.0.1", port: 0 },
      adminToken: undefined,
      agentToken: undefined,
      onNewAdminToken: () => undefined,
      onStorageFault: (fault) => process.stderr.write(`${fault}\n`),
      onDefect: (error) => process.stderr.write(`${String(error)}\n`),
    });
    const response = await fetch(new URL("/openapi.json", collector.url));
    return documentSchema.parse(await response.json());
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Columns as wide as their widest cell, so that the source reads as a table too. */
function toTable({ paths }: ApiDocument): string {
  const rows = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { summary, parameters, responses, ...besides }]) => [
      `\`${method.toUpperCase()} ${path}\``,
      besides["x-role"],
      summary,
      parameters
        .filter((parameter) => parameter.in === "query")
        .map(({ name }) => `\`${name}\``)
        .join(", "),
      Object.keys(responses).join(", "),
    ]),
  );
  const all = [["path", "token", "answers", "query", "statuses"], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...all.map((row) => row[column]?.length ?? 0)),
  );
  const [head = "", ...lines] = all.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return `${[head, rule, ...lines].join("\n")}\n`;
}

/** Gives back the exit status. */
async function run(isCheck: boolean): Promise<number> {
  const file = new URL(`../${PAGE}`, import.meta.url);
  const page = readFileSync(file, "utf8");
  const updated = await updateApiPage(page);
  if (updated === page) return 0;
  if (!isCheck) {
    writeFileSync(file, updated);
    return 0;
  }
  process.stderr.write(`${PAGE} is out of date: npm run docs:api\n`);
  return 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = await run(process.argv.includes("--check"));
}
