import { chmod, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

export async function publishFiles({ directory, say }) {
  const out = join(directory, "published");
  await mkdir(out);
  for (const name of ["index.html", "about.html", "draft.html"]) {
    await writeFile(join(out, `${name}.partial`), `<title>${name}</title>\n`);
    await rename(join(out, `${name}.partial`), join(out, name));
  }
  await writeFile(join(out, "install"), "#!/bin/sh\nexit 0\n");
  await chmod(join(out, "install"), 0o755);
  await rm(join(out, "draft.html"));
  say("Wrote four files, renamed three, made one executable, deleted one.");
}
