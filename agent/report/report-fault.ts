/** Written by scripts/generate-event-validator.ts from protocol/report.ts: `npm run schema` writes it anew. */

/** What is wrong with it as a report; undefined where nothing is. Members that no schema knows are let pass. */
export function findReportFault(report: unknown): string | undefined {
  if (!isObject(report)) return "it is no JSON object";
  if (report["version"] !== 1) return "version: not 1";
  return inReport(report);
}

function inCi(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["provider"];
    if (it !== "github-actions" && it !== "gitlab-ci" && it !== "jenkins" && it !== "buildkite")
      return "provider: none of github-actions, gitlab-ci, jenkins, buildkite";
  }
  {
    const it = value["repository"];
    if (it !== undefined) {
      if (typeof it !== "string") return "repository: no text";
    }
  }
  {
    const it = value["workflow"];
    if (it !== undefined) {
      if (typeof it !== "string") return "workflow: no text";
    }
  }
  {
    const it = value["job"];
    if (it !== undefined) {
      if (typeof it !== "string") return "job: no text";
    }
  }
  {
    const it = value["runId"];
    if (it !== undefined) {
      if (typeof it !== "string") return "runId: no text";
    }
  }
  {
    const it = value["runAttempt"];
    if (it !== undefined) {
      if (typeof it !== "string") return "runAttempt: no text";
    }
  }
  {
    const it = value["ref"];
    if (it !== undefined) {
      if (typeof it !== "string") return "ref: no text";
    }
  }
  {
    const it = value["sha"];
    if (it !== undefined) {
      if (typeof it !== "string") return "sha: no text";
    }
  }
  {
    const it = value["actor"];
    if (it !== undefined) {
      if (typeof it !== "string") return "actor: no text";
    }
  }
  return undefined;
}

function inRun(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["id"];
    if (typeof it !== "string") return "id: no text";
  }
  {
    const it = value["startedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "startedAt: no text of the form that it has to have";
  }
  {
    const it = value["endedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "endedAt: no text of the form that it has to have";
  }
  {
    const it = value["command"];
    if (!Array.isArray(it)) return "command: no list";
    for (const item of it) {
      if (typeof item !== "string") return "command[]: no text";
    }
  }
  {
    const it = value["workingDirectory"];
    if (typeof it !== "string") return "workingDirectory: no text";
  }
  {
    const it = value["exitCode"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isSafeInteger(it)) return "exitCode: no whole number";
    }
  }
  {
    const it = value["signal"];
    if (it !== null) {
      if (typeof it !== "string") return "signal: no text";
    }
  }
  {
    const it = value["failures"];
    if (!Array.isArray(it)) return "failures: no list";
    for (const item of it) {
      if (typeof item !== "string") return "failures[]: no text";
    }
  }
  {
    const it = value["ci"];
    if (it !== null) {
      if (!isObject(it)) return "ci: no object";
      {
        const fault = inCi(it);
        if (fault !== undefined) return `ci.${fault}`;
      }
    }
  }
  {
    const it = value["labels"];
    if (it !== undefined) {
      if (!isObject(it)) return "labels: no object";
      for (const one of Object.values(it)) {
        if (typeof one !== "string") return "labels.*: no text";
      }
    }
  }
  return undefined;
}

function inMode(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["requested"];
    if (it !== "audit" && it !== "block") return "requested: none of audit, block";
  }
  {
    const it = value["effective"];
    if (it !== "audit" && it !== "block" && it !== "block (names only)")
      return "effective: none of audit, block, block (names only)";
  }
  {
    const it = value["reasons"];
    if (!Array.isArray(it)) return "reasons: no list";
    for (const item of it) {
      if (typeof item !== "string") return "reasons[]: no text";
    }
  }
  return undefined;
}

function inBuiltInItem(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["id"];
    if (typeof it !== "string") return "id: no text";
  }
  {
    const it = value["asOf"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))$/.test(
        it,
      )
    )
      return "asOf: no text of the form that it has to have";
  }
  {
    const it = value["reason"];
    if (typeof it !== "string") return "reason: no text";
  }
  {
    const it = value["destinations"];
    if (!Array.isArray(it)) return "destinations: no list";
    for (const item of it) {
      if (typeof item !== "string") return "destinations[]: no text";
    }
  }
  return undefined;
}

function inEnforcement(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["mechanism"];
    if (it !== "nftables" && it !== "dns" && it !== "none")
      return "mechanism: none of nftables, dns, none";
  }
  {
    const it = value["reason"];
    if (it !== undefined) {
      if (typeof it !== "string") return "reason: no text";
    }
  }
  {
    const it = value["builtIn"];
    if (!Array.isArray(it)) return "builtIn: no list";
    for (const item of it) {
      if (!isObject(item)) return "builtIn[]: no object";
      {
        const fault = inBuiltInItem(item);
        if (fault !== undefined) return `builtIn[].${fault}`;
      }
    }
  }
  {
    const it = value["scope"];
    if (it !== undefined) {
      if (it !== "command" && it !== "network-namespace")
        return "scope: none of command, network-namespace";
    }
  }
  {
    const it = value["packetsRefused"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "packetsRefused: no whole number from 0 up";
  }
  {
    const it = value["namesRefused"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "namesRefused: no whole number from 0 up";
  }
  {
    const it = value["restored"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "restored: no whole number from 0 up";
  }
  {
    const it = value["withheld"];
    if (it !== undefined) {
      if (!Array.isArray(it)) return "withheld: no list";
      for (const item of it) {
        if (typeof item !== "string") return "withheld[]: no text";
      }
    }
  }
  return undefined;
}

function inLockdown(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["sudo"];
    if (it !== "allowed" && it !== "disabled" && it !== "not-held")
      return "sudo: none of allowed, disabled, not-held";
  }
  {
    const it = value["containers"];
    if (it !== "allowed" && it !== "disabled" && it !== "not-held")
      return "containers: none of allowed, disabled, not-held";
  }
  {
    const it = value["reasons"];
    if (!Array.isArray(it)) return "reasons: no list";
    for (const item of it) {
      if (typeof item !== "string") return "reasons[]: no text";
    }
  }
  return undefined;
}

function inDropped(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["byReason"];
    if (!isObject(it)) return "byReason: no object";
    for (const one of Object.values(it)) {
      if (typeof one !== "number" || !Number.isSafeInteger(one) || one < 0)
        return "byReason.*: no whole number from 0 up";
    }
  }
  return undefined;
}

function inCollector(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["requested"];
    if (!Array.isArray(it)) return "requested: no list";
    for (const item of it) {
      if (typeof item !== "string") return "requested[]: no text";
    }
  }
  {
    const it = value["effective"];
    if (
      it !== "delivering" &&
      it !== "delivered" &&
      it !== "delivered-in-part" &&
      it !== "not-delivered"
    )
      return "effective: none of delivering, delivered, delivered-in-part, not-delivered";
  }
  {
    const it = value["spool"];
    if (it !== "memory" && it !== "disk") return "spool: none of memory, disk";
  }
  {
    const it = value["reason"];
    if (it !== undefined) {
      if (typeof it !== "string") return "reason: no text";
    }
  }
  {
    const it = value["address"];
    if (it !== undefined) {
      if (typeof it !== "string") return "address: no text";
    }
  }
  {
    const it = value["runId"];
    if (it !== undefined) {
      if (typeof it !== "string") return "runId: no text";
    }
  }
  {
    const it = value["told"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "told: no whole number from 0 up";
  }
  {
    const it = value["stored"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "stored: no whole number from 0 up";
  }
  {
    const it = value["waiting"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "waiting: no whole number from 0 up";
  }
  {
    const it = value["dropped"];
    if (!isObject(it)) return "dropped: no object";
    {
      const fault = inDropped(it);
      if (fault !== undefined) return `dropped.${fault}`;
    }
  }
  return undefined;
}

function inSensor(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["name"];
    if (it !== "kernel" && it !== "proc" && it !== "host" && it !== "log")
      return "name: none of kernel, proc, host, log";
  }
  {
    const it = value["status"];
    if (it !== "active" && it !== "degraded" && it !== "unavailable")
      return "status: none of active, degraded, unavailable";
  }
  {
    const it = value["reason"];
    if (it !== undefined) {
      if (typeof it !== "string") return "reason: no text";
    }
  }
  {
    const it = value["eventsSeen"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "eventsSeen: no whole number from 0 up";
  }
  {
    const it = value["eventsDropped"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "eventsDropped: no whole number from 0 up";
  }
  return undefined;
}

function inFailedItem(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["id"];
    if (typeof it !== "string") return "id: no text";
  }
  {
    const it = value["severity"];
    if (it !== "info" && it !== "low" && it !== "medium" && it !== "high" && it !== "critical")
      return "severity: none of info, low, medium, high, critical";
  }
  {
    const it = value["message"];
    if (typeof it !== "string") return "message: no text";
  }
  return undefined;
}

function inPosture(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["score"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0 || it > 100)
      return "score: no whole number from 0 to 100";
  }
  {
    const it = value["failed"];
    if (!Array.isArray(it)) return "failed: no list";
    for (const item of it) {
      if (!isObject(item)) return "failed[]: no object";
      {
        const fault = inFailedItem(item);
        if (fault !== undefined) return `failed[].${fault}`;
      }
    }
  }
  return undefined;
}

function inStdin(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["type"];
    if (
      it !== "terminal" &&
      it !== "file" &&
      it !== "pipe" &&
      it !== "socket" &&
      it !== "device" &&
      it !== "closed" &&
      it !== "other"
    )
      return "type: none of terminal, file, pipe, socket, device, closed, other";
  }
  {
    const it = value["inode"];
    if (it !== undefined) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
        return "inode: no whole number from 0 up";
    }
  }
  {
    const it = value["family"];
    if (it !== undefined) {
      if (it !== "ipv4" && it !== "ipv6" && it !== "unix" && it !== "other")
        return "family: none of ipv4, ipv6, unix, other";
    }
  }
  {
    const it = value["connected"];
    if (it !== undefined) {
      if (typeof it !== "boolean") return "connected: neither true nor false";
    }
  }
  return undefined;
}

function inStep(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["job"];
    if (it !== undefined) {
      if (typeof it !== "string") return "job: no text";
    }
  }
  {
    const it = value["step"];
    if (typeof it !== "string") return "step: no text";
  }
  {
    const it = value["action"];
    if (it !== undefined) {
      if (typeof it !== "string") return "action: no text";
    }
  }
  return undefined;
}

function inEarlierProgram(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["executable"];
    if (typeof it !== "string") return "executable: no text";
  }
  {
    const it = value["args"];
    if (!Array.isArray(it)) return "args: no list";
    for (const item of it) {
      if (typeof item !== "string") return "args[]: no text";
    }
  }
  return undefined;
}

function inProcesse(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["pid"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
      return "pid: no whole number above 0";
  }
  {
    const it = value["executed"];
    if (typeof it !== "boolean") return "executed: neither true nor false";
  }
  {
    const it = value["executable"];
    if (typeof it !== "string") return "executable: no text";
  }
  {
    const it = value["args"];
    if (!Array.isArray(it)) return "args: no list";
    for (const item of it) {
      if (typeof item !== "string") return "args[]: no text";
    }
  }
  {
    const it = value["argsTruncated"];
    if (typeof it !== "boolean") return "argsTruncated: neither true nor false";
  }
  {
    const it = value["script"];
    if (it !== undefined) {
      if (typeof it !== "string") return "script: no text";
    }
  }
  {
    const it = value["workingDirectory"];
    if (it !== null) {
      if (typeof it !== "string") return "workingDirectory: no text";
    }
  }
  {
    const it = value["userId"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
        return "userId: no whole number from 0 up";
    }
  }
  {
    const it = value["groupId"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
        return "groupId: no whole number from 0 up";
    }
  }
  {
    const it = value["image"];
    if (it !== null) {
      if (it !== "file" && it !== "memfd" && it !== "deleted")
        return "image: none of file, memfd, deleted";
    }
  }
  {
    const it = value["cgroup"];
    if (it !== undefined) {
      if (typeof it !== "string") return "cgroup: no text";
    }
  }
  {
    const it = value["stdin"];
    if (it !== undefined) {
      if (!isObject(it)) return "stdin: no object";
      {
        const fault = inStdin(it);
        if (fault !== undefined) return `stdin.${fault}`;
      }
    }
  }
  {
    const it = value["stdout"];
    if (it !== undefined) {
      if (!isObject(it)) return "stdout: no object";
      {
        const fault = inStdin(it);
        if (fault !== undefined) return `stdout.${fault}`;
      }
    }
  }
  {
    const it = value["stderr"];
    if (it !== undefined) {
      if (!isObject(it)) return "stderr: no object";
      {
        const fault = inStdin(it);
        if (fault !== undefined) return `stderr.${fault}`;
      }
    }
  }
  {
    const it = value["preload"];
    if (it !== undefined) {
      if (!isObject(it)) return "preload: no object";
      for (const [name, one] of Object.entries(it)) {
        if (name !== "LD_PRELOAD" && name !== "LD_AUDIT")
          return "preload: a member that is none of LD_PRELOAD, LD_AUDIT";
        if (typeof one !== "string") return "preload.*: no text";
      }
    }
  }
  {
    const it = value["step"];
    if (it !== undefined) {
      if (!isObject(it)) return "step: no object";
      {
        const fault = inStep(it);
        if (fault !== undefined) return `step.${fault}`;
      }
    }
  }
  {
    const it = value["id"];
    if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
      return "id: no text of the form that it has to have";
  }
  {
    const it = value["parentId"];
    if (it !== null) {
      if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
        return "parentId: no text of the form that it has to have";
    }
  }
  {
    const it = value["startedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "startedAt: no text of the form that it has to have";
  }
  {
    const it = value["endedAt"];
    if (it !== null) {
      if (
        typeof it !== "string" ||
        !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
          it,
        )
      )
        return "endedAt: no text of the form that it has to have";
    }
  }
  {
    const it = value["exitCode"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isSafeInteger(it)) return "exitCode: no whole number";
    }
  }
  {
    const it = value["signal"];
    if (it !== null) {
      if (typeof it !== "string") return "signal: no text";
    }
  }
  {
    const it = value["earlierPrograms"];
    if (it !== undefined) {
      if (!Array.isArray(it)) return "earlierPrograms: no list";
      for (const item of it) {
        if (!isObject(item)) return "earlierPrograms[]: no object";
        {
          const fault = inEarlierProgram(item);
          if (fault !== undefined) return `earlierPrograms[].${fault}`;
        }
      }
    }
  }
  return undefined;
}

function inNetwork(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["transport"];
    if (
      it !== "tcp" &&
      it !== "udp" &&
      it !== "icmp" &&
      it !== "raw" &&
      it !== "packet" &&
      it !== "unix" &&
      it !== "other"
    )
      return "transport: none of tcp, udp, icmp, raw, packet, unix, other";
  }
  {
    const it = value["family"];
    if (it !== "ipv4" && it !== "ipv6" && it !== "unix" && it !== "packet")
      return "family: none of ipv4, ipv6, unix, packet";
  }
  return undefined;
}

function inDestination(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["ip"];
    if (it !== undefined) {
      if (typeof it !== "string") return "ip: no text";
    }
  }
  {
    const it = value["port"];
    if (it !== undefined) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0 || it > 65535)
        return "port: no whole number from 0 to 65535";
    }
  }
  {
    const it = value["domain"];
    if (it !== undefined) {
      if (typeof it !== "string") return "domain: no text";
    }
  }
  {
    const it = value["path"];
    if (it !== undefined) {
      if (typeof it !== "string") return "path: no text";
    }
  }
  return undefined;
}

function inConnection(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["network"];
    if (!isObject(it)) return "network: no object";
    {
      const fault = inNetwork(it);
      if (fault !== undefined) return `network.${fault}`;
    }
  }
  {
    const it = value["destination"];
    if (!isObject(it)) return "destination: no object";
    {
      const fault = inDestination(it);
      if (fault !== undefined) return `destination.${fault}`;
    }
  }
  {
    const it = value["verdict"];
    if (it !== "allowed" && it !== "blocked" && it !== "would-block")
      return "verdict: none of allowed, blocked, would-block";
  }
  {
    const it = value["rule"];
    if (typeof it !== "string") return "rule: no text";
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  {
    const it = value["results"];
    if (!isObject(it)) return "results: no object";
    for (const [name, one] of Object.entries(it)) {
      if (
        name !== "established" &&
        name !== "refused" &&
        name !== "timed-out" &&
        name !== "unreachable" &&
        name !== "denied" &&
        name !== "in-progress" &&
        name !== "abandoned" &&
        name !== "failed"
      )
        return "results: a member that is none of established, refused, timed-out, unreachable, denied, in-progress, abandoned, failed";
      if (typeof one !== "number" || !Number.isSafeInteger(one) || one < 0)
        return "results.*: no whole number from 0 up";
    }
  }
  {
    const it = value["bytesSent"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "bytesSent: no whole number from 0 up";
  }
  {
    const it = value["bytesReceived"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "bytesReceived: no whole number from 0 up";
  }
  {
    const it = value["packetsRefused"];
    if (it !== undefined) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
        return "packetsRefused: no whole number from 0 up";
    }
  }
  {
    const it = value["processId"];
    if (it !== null) {
      if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
        return "processId: no text of the form that it has to have";
    }
  }
  return undefined;
}

function inDnsQuerie(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["name"];
    if (typeof it !== "string") return "name: no text";
  }
  {
    const it = value["type"];
    if (typeof it !== "string") return "type: no text";
  }
  {
    const it = value["verdict"];
    if (it !== "allowed" && it !== "blocked" && it !== "would-block")
      return "verdict: none of allowed, blocked, would-block";
  }
  {
    const it = value["rule"];
    if (it !== undefined) {
      if (typeof it !== "string") return "rule: no text";
    }
  }
  {
    const it = value["answers"];
    if (!Array.isArray(it)) return "answers: no list";
    for (const item of it) {
      if (typeof item !== "string") return "answers[]: no text";
    }
  }
  {
    const it = value["failure"];
    if (it !== undefined) {
      if (typeof it !== "string") return "failure: no text";
    }
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  {
    const it = value["processId"];
    if (it !== null) {
      if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
        return "processId: no text of the form that it has to have";
    }
  }
  return undefined;
}

function inFile(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["path"];
    if (typeof it !== "string") return "path: no text";
  }
  {
    const it = value["operation"];
    if (it !== "create" && it !== "write" && it !== "rename" && it !== "delete" && it !== "chmod")
      return "operation: none of create, write, rename, delete, chmod";
  }
  {
    const it = value["originalPath"];
    if (it !== undefined) {
      if (typeof it !== "string") return "originalPath: no text";
    }
  }
  {
    const it = value["mode"];
    if (it !== undefined) {
      if (typeof it !== "number" || !Number.isSafeInteger(it)) return "mode: no whole number";
    }
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  {
    const it = value["processId"];
    if (it !== null) {
      if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
        return "processId: no text of the form that it has to have";
    }
  }
  return undefined;
}

function inFileRead(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["path"];
    if (typeof it !== "string") return "path: no text";
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  {
    const it = value["processId"];
    if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
      return "processId: no text of the form that it has to have";
  }
  return undefined;
}

function inTarget(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["pid"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "pid: no whole number from 0 up";
  }
  {
    const it = value["process"];
    if (it !== undefined) {
      if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
        return "process: no text of the form that it has to have";
    }
  }
  return undefined;
}

function inMemoryAccesse(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["method"];
    if (
      it !== "proc-mem" &&
      it !== "proc-maps" &&
      it !== "proc-environ" &&
      it !== "proc-map-files" &&
      it !== "ptrace" &&
      it !== "process-vm-readv" &&
      it !== "process-vm-writev" &&
      it !== "pidfd-getfd"
    )
      return "method: none of proc-mem, proc-maps, proc-environ, proc-map-files, ptrace, process-vm-readv, process-vm-writev, pidfd-getfd";
  }
  {
    const it = value["target"];
    if (!isObject(it)) return "target: no object";
    {
      const fault = inTarget(it);
      if (fault !== undefined) return `target.${fault}`;
    }
  }
  {
    const it = value["succeeded"];
    if (typeof it !== "boolean") return "succeeded: neither true nor false";
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  {
    const it = value["processId"];
    if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
      return "processId: no text of the form that it has to have";
  }
  return undefined;
}

function inPrivilegedOperation(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["operation"];
    if (
      it !== "setns" &&
      it !== "unshare" &&
      it !== "mount" &&
      it !== "unmount" &&
      it !== "pivot-root" &&
      it !== "chroot" &&
      it !== "module-load" &&
      it !== "bpf" &&
      it !== "raw-socket" &&
      it !== "packet-socket" &&
      it !== "signal-guard" &&
      it !== "socket-outside-cgroup" &&
      it !== "tunnel-device" &&
      it !== "netfilter-socket"
    )
      return "operation: none of setns, unshare, mount, unmount, pivot-root, chroot, module-load, bpf, raw-socket, packet-socket, signal-guard, socket-outside-cgroup, tunnel-device, netfilter-socket";
  }
  {
    const it = value["detail"];
    if (typeof it !== "string") return "detail: no text";
  }
  {
    const it = value["succeeded"];
    if (typeof it !== "boolean") return "succeeded: neither true nor false";
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  {
    const it = value["processId"];
    if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
      return "processId: no text of the form that it has to have";
  }
  return undefined;
}

function inRule(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["id"];
    if (typeof it !== "string") return "id: no text";
  }
  {
    const it = value["name"];
    if (typeof it !== "string") return "name: no text";
  }
  return undefined;
}

function inFinding(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["id"];
    if (typeof it !== "string") return "id: no text";
  }
  {
    const it = value["rule"];
    if (!isObject(it)) return "rule: no object";
    {
      const fault = inRule(it);
      if (fault !== undefined) return `rule.${fault}`;
    }
  }
  {
    const it = value["severity"];
    if (it !== "info" && it !== "low" && it !== "medium" && it !== "high" && it !== "critical")
      return "severity: none of info, low, medium, high, critical";
  }
  {
    const it = value["technique"];
    if (it !== undefined) {
      if (typeof it !== "string") return "technique: no text";
    }
  }
  {
    const it = value["message"];
    if (typeof it !== "string") return "message: no text";
  }
  {
    const it = value["evidence"];
    if (!isObject(it)) return "evidence: no object";
  }
  {
    const it = value["response"];
    if (
      it !== "report" &&
      it !== "kill-process" &&
      it !== "kill-job" &&
      it !== "quarantine-pod" &&
      it !== "kill-pod"
    )
      return "response: none of report, kill-process, kill-job, quarantine-pod, kill-pod";
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  {
    const it = value["processId"];
    if (it !== null) {
      if (typeof it !== "string" || !/^\d{1,10}-[0-9a-z]{1,13}$/.test(it))
        return "processId: no text of the form that it has to have";
    }
  }
  return undefined;
}

function inFoundItem(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["rule"];
    if (typeof it !== "string") return "rule: no text";
  }
  {
    const it = value["fingerprint"];
    if (typeof it !== "string") return "fingerprint: no text";
  }
  {
    const it = value["where"];
    if (typeof it !== "string") return "where: no text";
  }
  {
    const it = value["encodings"];
    if (!Array.isArray(it)) return "encodings: no list";
    for (const item of it) {
      if (typeof item !== "string") return "encodings[]: no text";
    }
  }
  {
    const it = value["confidence"];
    if (it !== "certain" && it !== "likely") return "confidence: none of certain, likely";
  }
  {
    const it = value["line"];
    if (it !== undefined) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it <= 0)
        return "line: no whole number above 0";
    }
  }
  {
    const it = value["source"];
    if (it !== undefined) {
      if (typeof it !== "string") return "source: no text";
    }
  }
  {
    const it = value["step"];
    if (it !== undefined) {
      if (!isObject(it)) return "step: no object";
      {
        const fault = inStep(it);
        if (fault !== undefined) return `step.${fault}`;
      }
    }
  }
  {
    const it = value["count"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "count: no whole number from 0 up";
  }
  {
    const it = value["firstSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "firstSeen: no text of the form that it has to have";
  }
  {
    const it = value["lastSeen"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "lastSeen: no text of the form that it has to have";
  }
  return undefined;
}

function inSecrets(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["redacted"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "redacted: no whole number from 0 up";
  }
  {
    const it = value["refused"];
    if (it !== undefined) {
      if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
        return "refused: no whole number from 0 up";
    }
  }
  {
    const it = value["found"];
    if (!Array.isArray(it)) return "found: no list";
    for (const item of it) {
      if (!isObject(item)) return "found[]: no object";
      {
        const fault = inFoundItem(item);
        if (fault !== undefined) return `found[].${fault}`;
      }
    }
  }
  return undefined;
}

function inResource(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["observedAt"];
    if (
      typeof it !== "string" ||
      !/^(?:(?:\d\d[2468][048]|\d\d[13579][26]|\d\d0[48]|[02468][048]00|[13579][26]00)-02-29|\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|(?:02)-(?:0[1-9]|1\d|2[0-8])))T(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}(?:Z))$/.test(
        it,
      )
    )
      return "observedAt: no text of the form that it has to have";
  }
  {
    const it = value["cpuPercent"];
    if (typeof it !== "number" || !Number.isFinite(it) || it < 0)
      return "cpuPercent: no number from 0 up";
  }
  {
    const it = value["memoryUsedBytes"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "memoryUsedBytes: no whole number from 0 up";
  }
  {
    const it = value["memoryTotalBytes"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "memoryTotalBytes: no whole number from 0 up";
  }
  {
    const it = value["diskReadBytesPerSecond"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isFinite(it) || it < 0)
        return "diskReadBytesPerSecond: no number from 0 up";
    }
  }
  {
    const it = value["diskWriteBytesPerSecond"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isFinite(it) || it < 0)
        return "diskWriteBytesPerSecond: no number from 0 up";
    }
  }
  {
    const it = value["networkReceiveBytesPerSecond"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isFinite(it) || it < 0)
        return "networkReceiveBytesPerSecond: no number from 0 up";
    }
  }
  {
    const it = value["networkTransmitBytesPerSecond"];
    if (it !== null) {
      if (typeof it !== "number" || !Number.isFinite(it) || it < 0)
        return "networkTransmitBytesPerSecond: no number from 0 up";
    }
  }
  return undefined;
}

function inTotals(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["processes"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "processes: no whole number from 0 up";
  }
  {
    const it = value["executions"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "executions: no whole number from 0 up";
  }
  {
    const it = value["connections"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "connections: no whole number from 0 up";
  }
  {
    const it = value["dnsQueries"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "dnsQueries: no whole number from 0 up";
  }
  {
    const it = value["files"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "files: no whole number from 0 up";
  }
  {
    const it = value["fileReads"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "fileReads: no whole number from 0 up";
  }
  {
    const it = value["memoryAccesses"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "memoryAccesses: no whole number from 0 up";
  }
  {
    const it = value["privilegedOperations"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "privilegedOperations: no whole number from 0 up";
  }
  {
    const it = value["findings"];
    if (typeof it !== "number" || !Number.isSafeInteger(it) || it < 0)
      return "findings: no whole number from 0 up";
  }
  return undefined;
}

function inDropped2(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["byReason"];
    if (!isObject(it)) return "byReason: no object";
    for (const one of Object.values(it)) {
      if (typeof one !== "number" || !Number.isSafeInteger(one) || one < 0)
        return "byReason.*: no whole number from 0 up";
    }
  }
  {
    const it = value["byKind"];
    if (!isObject(it)) return "byKind: no object";
    for (const one of Object.values(it)) {
      if (typeof one !== "number" || !Number.isSafeInteger(one) || one < 0)
        return "byKind.*: no whole number from 0 up";
    }
  }
  {
    const it = value["notListed"];
    if (!isObject(it)) return "notListed: no object";
    for (const one of Object.values(it)) {
      if (typeof one !== "number" || !Number.isSafeInteger(one) || one < 0)
        return "notListed.*: no whole number from 0 up";
    }
  }
  return undefined;
}

function inReport(value: Readonly<Record<string, unknown>>): string | undefined {
  {
    const it = value["run"];
    if (!isObject(it)) return "run: no object";
    {
      const fault = inRun(it);
      if (fault !== undefined) return `run.${fault}`;
    }
  }
  {
    const it = value["mode"];
    if (!isObject(it)) return "mode: no object";
    {
      const fault = inMode(it);
      if (fault !== undefined) return `mode.${fault}`;
    }
  }
  {
    const it = value["enforcement"];
    if (it !== undefined) {
      if (!isObject(it)) return "enforcement: no object";
      {
        const fault = inEnforcement(it);
        if (fault !== undefined) return `enforcement.${fault}`;
      }
    }
  }
  {
    const it = value["lockdown"];
    if (it !== undefined) {
      if (!isObject(it)) return "lockdown: no object";
      {
        const fault = inLockdown(it);
        if (fault !== undefined) return `lockdown.${fault}`;
      }
    }
  }
  {
    const it = value["collector"];
    if (it !== undefined) {
      if (!isObject(it)) return "collector: no object";
      {
        const fault = inCollector(it);
        if (fault !== undefined) return `collector.${fault}`;
      }
    }
  }
  {
    const it = value["sensors"];
    if (!Array.isArray(it)) return "sensors: no list";
    for (const item of it) {
      if (!isObject(item)) return "sensors[]: no object";
      {
        const fault = inSensor(item);
        if (fault !== undefined) return `sensors[].${fault}`;
      }
    }
  }
  {
    const it = value["posture"];
    if (it !== undefined) {
      if (!isObject(it)) return "posture: no object";
      {
        const fault = inPosture(it);
        if (fault !== undefined) return `posture.${fault}`;
      }
    }
  }
  {
    const it = value["processes"];
    if (!Array.isArray(it)) return "processes: no list";
    for (const item of it) {
      if (!isObject(item)) return "processes[]: no object";
      {
        const fault = inProcesse(item);
        if (fault !== undefined) return `processes[].${fault}`;
      }
    }
  }
  {
    const it = value["connections"];
    if (!Array.isArray(it)) return "connections: no list";
    for (const item of it) {
      if (!isObject(item)) return "connections[]: no object";
      {
        const fault = inConnection(item);
        if (fault !== undefined) return `connections[].${fault}`;
      }
    }
  }
  {
    const it = value["dnsQueries"];
    if (!Array.isArray(it)) return "dnsQueries: no list";
    for (const item of it) {
      if (!isObject(item)) return "dnsQueries[]: no object";
      {
        const fault = inDnsQuerie(item);
        if (fault !== undefined) return `dnsQueries[].${fault}`;
      }
    }
  }
  {
    const it = value["files"];
    if (!Array.isArray(it)) return "files: no list";
    for (const item of it) {
      if (!isObject(item)) return "files[]: no object";
      {
        const fault = inFile(item);
        if (fault !== undefined) return `files[].${fault}`;
      }
    }
  }
  {
    const it = value["fileReads"];
    if (!Array.isArray(it)) return "fileReads: no list";
    for (const item of it) {
      if (!isObject(item)) return "fileReads[]: no object";
      {
        const fault = inFileRead(item);
        if (fault !== undefined) return `fileReads[].${fault}`;
      }
    }
  }
  {
    const it = value["memoryAccesses"];
    if (!Array.isArray(it)) return "memoryAccesses: no list";
    for (const item of it) {
      if (!isObject(item)) return "memoryAccesses[]: no object";
      {
        const fault = inMemoryAccesse(item);
        if (fault !== undefined) return `memoryAccesses[].${fault}`;
      }
    }
  }
  {
    const it = value["privilegedOperations"];
    if (!Array.isArray(it)) return "privilegedOperations: no list";
    for (const item of it) {
      if (!isObject(item)) return "privilegedOperations[]: no object";
      {
        const fault = inPrivilegedOperation(item);
        if (fault !== undefined) return `privilegedOperations[].${fault}`;
      }
    }
  }
  {
    const it = value["findings"];
    if (!Array.isArray(it)) return "findings: no list";
    for (const item of it) {
      if (!isObject(item)) return "findings[]: no object";
      {
        const fault = inFinding(item);
        if (fault !== undefined) return `findings[].${fault}`;
      }
    }
  }
  {
    const it = value["secrets"];
    if (!isObject(it)) return "secrets: no object";
    {
      const fault = inSecrets(it);
      if (fault !== undefined) return `secrets.${fault}`;
    }
  }
  {
    const it = value["resources"];
    if (!Array.isArray(it)) return "resources: no list";
    for (const item of it) {
      if (!isObject(item)) return "resources[]: no object";
      {
        const fault = inResource(item);
        if (fault !== undefined) return `resources[].${fault}`;
      }
    }
  }
  {
    const it = value["totals"];
    if (!isObject(it)) return "totals: no object";
    {
      const fault = inTotals(it);
      if (fault !== undefined) return `totals.${fault}`;
    }
  }
  {
    const it = value["dropped"];
    if (!isObject(it)) return "dropped: no object";
    {
      const fault = inDropped2(it);
      if (fault !== undefined) return `dropped.${fault}`;
    }
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
