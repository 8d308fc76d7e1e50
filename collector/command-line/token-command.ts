/** `token`: gives out tokens, and takes them back. */
import { type Command, Option } from "commander";

import { readServeConfig, SERVE_FLAGS, type ServeFlags } from "../config.ts";
import { closeToOthers, makeDataDirectory } from "../data-directory.ts";
import { listTokens, ROLES } from "../identity/token-file.ts";
import type { Role } from "../identity/tokens.ts";
import { assertDataDirectory } from "../maintenance/assert-data-directory.ts";
import { giveToken, takeToken } from "../maintenance/change-tokens.ts";
import type { CommandContext } from "./command-context.ts";
import { addFlag } from "./flag-options.ts";

/** Of the longest, "responder". */
const ROLE_WIDTH = 9;

interface AddFlags extends ServeFlags {
  readonly tenant: string;
  readonly role: Role;
}

export function addTokenCommand(root: Command, { environment, stdout, say }: CommandContext): void {
  const findDataDir = (flags: ServeFlags): string => {
    const { dataDir } = readServeConfig(flags, environment);
    assertDataDirectory(dataDir);
    return dataDir;
  };
  // Also before the collector's first start, which needs a token for its agents.
  const makeDataDir = (flags: ServeFlags): string => {
    const { dataDir } = readServeConfig(flags, environment);
    const isNew = makeDataDirectory(dataDir);
    closeToOthers(dataDir);
    if (isNew) {
      say(`${dataDir}: made; a collector that keeps its data elsewhere does not know this token`);
    }
    return dataDir;
  };
  const token = root
    .command("token")
    .description("Tokens for agents and operators of a tenant, also while a collector runs");
  addFlag(token.command("add"), SERVE_FLAGS.dataDir)
    .description("Make one, and print it this once")
    .requiredOption("--tenant <tenant>", "Whose runs it is for; default is that of the variables")
    .addOption(
      new Option(
        "--role <role>",
        "agent starts runs; the others look at them, each with more rights",
      )
        .choices(ROLES)
        .makeOptionMandatory(),
    )
    .action(({ tenant, role, ...flags }: AddFlags) => {
      stdout.write(`${giveToken(makeDataDir(flags), { tenant, role })}\n`);
    });
  addFlag(token.command("list"), SERVE_FLAGS.dataDir)
    .description("Say which there are, by their ids; the tokens themselves are not kept")
    .action((flags: ServeFlags) => {
      for (const { id, role, tenant, createdAt } of listTokens(findDataDir(flags))) {
        stdout.write(`${id}  ${role.padEnd(ROLE_WIDTH)}  ${createdAt}  ${tenant}\n`);
      }
    });
  addFlag(token.command("revoke <id>"), SERVE_FLAGS.dataDir)
    .description("Take one back: it is good for nothing a second later")
    .action((id: string, flags: ServeFlags) => {
      takeToken(findDataDir(flags), id);
      say(`${id}: taken back`);
    });
}
