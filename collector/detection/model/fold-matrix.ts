/** What CI systems append to the name of a job for each leg of its matrix. */
const LEG = /\s*[([{][^()[\]{}]*[)\]}]\s*$/;
/** GitLab's `parallel`: `test 3/8`, and `test: [linux, 20]`, of which the brackets are gone by then. */
const PART = /\s+\d+\/\d+$/;
const END = /[\s:,-]+$/;
/** Legs stand behind one another where workflows call one another. */
const MAX_LEGS = 8;

/** `test (ubuntu, 20)` is `test`. */
export function foldMatrix(job: string): string {
  let name = job.trim();
  for (let leg = 0; leg < MAX_LEGS; leg += 1) {
    const shorter = name.replace(LEG, "").replace(PART, "").replace(END, "");
    if (shorter === name || shorter === "") return name;
    name = shorter;
  }
  return name;
}
