/** It outlives the machine's next start, as what is changed on its disk does. */
export const RECORD_DIRECTORY = "/var/lib/runner-guard";
