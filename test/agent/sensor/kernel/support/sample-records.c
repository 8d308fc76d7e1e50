/*
 * Writes one record of each kind to stdout, as bpf/records.h declares them: a length of four bytes, then the record. Given
 * the argument `layout` it prints what bpf/state.h and records.h say of sizes and offsets instead, one JSON object.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "state.h"

static unsigned char record[65536];
static size_t used;

static void *begin(u16 kind, u16 flags, size_t size) {
  struct record_header *header = (void *)record;
  memset(record, 0, sizeof record);
  used = size;
  *header = (struct record_header){.kind = kind, .flags = flags, .pid = 4711, .time = 5000000000ULL, .start = 1ULL << 33};
  return record;
}

static u16 add(const char *bytes, size_t length) {
  memcpy(record + used, bytes, length);
  used += length;
  return (u16)length;
}

#define ADD(text) add(text, sizeof text - 1)

static void end(void) {
  u32 length = (u32)used;
  if (write(1, &length, sizeof length) != sizeof length || write(1, record, used) != (ssize_t)used) _exit(74);
}

static void write_processes(void) {
  struct fork_record *fork = begin(RECORD_FORK, 0, sizeof *fork);
  fork->parent_start = 77, fork->parent_pid = 4710;
  end();
  struct exec_record *exec = begin(RECORD_EXEC, EXEC_ARGS_TRUNCATED | EXEC_MEMFD | EXEC_ENVIRONMENT_TRUNCATED, sizeof *exec);
  exec->parent_start = 77, exec->parent_pid = 4710, exec->cgroup = 99, exec->user_id = 1000, exec->group_id = 1001;
  exec->descriptors[0] = (struct descriptor){.mode = 0020620, .device = 136 << 20 | 3, .inode = 6};
  exec->descriptors[1] = (struct descriptor){.mode = 0010600, .inode = 1ULL << 40};
  exec->descriptors[2] = (struct descriptor){.mode = 0140777, .device = 2 | SOCKET_CONNECTED, .inode = 9};
  exec->executable_length = ADD("/bin/sh");
  exec->directory_length = ADD("/work");
  exec->script_length = ADD("./run");
  exec->args_length = ADD("sh\0\0-c");
  exec->environment_length = ADD("A=first\0A=second\0AB=no\0B=\0");
  end();
  exec = begin(RECORD_EXEC, RECORD_KILLED | EXEC_REVERSE_SHELL, sizeof *exec);
  exec->executable_length = ADD("/bin/sh");
  end();
  struct exit_record *exit = begin(RECORD_EXIT, 0, sizeof *exit);
  exit->status = 42 << 8;
  end();
}

static void write_network(void) {
  struct connect_record *connect = begin(RECORD_CONNECT, 0, sizeof *connect);
  connect->key = (struct flow_key){.family = 2, .port = 443, .type = 1, .protocol = 6, .address = {192, 0, 2, 1}};
  end();
  struct flow_record *flow = begin(RECORD_FLOW, FLOW_CLOSED, sizeof *flow);
  flow->key = (struct flow_key){.family = 10, .port = 53, .type = 2, .protocol = 17, .address = {0x20, 1, 0xd, 0xb8, [15] = 1}};
  flow->error = 111, flow->bytes_sent = 1ULL << 34, flow->bytes_received = 12;
  end();
  struct unix_record *local = begin(RECORD_CONNECT_UNIX, 0, sizeof *local);
  local->result = -111;
  local->path_length = ADD("\0name\0");
  end();
}

static void write_files(void) {
  struct file_record *file = begin(RECORD_FILE, 0, sizeof *file);
  file->operation = FILE_RENAME, file->mode = 0;
  file->base_length = ADD("/a");
  file->name_length = ADD("../b");
  file->other_base_length = ADD("/c");
  file->other_name_length = ADD("d");
  end();
  file = begin(RECORD_FILE, 0, sizeof *file);
  file->operation = FILE_CHMOD, file->mode = 0104755;
  file->base_length = ADD("/a/b");
  end();
  struct file_read_record *read = begin(RECORD_FILE_READ, 0, sizeof *read);
  read->path_length = ADD("/root/.npmrc");
  end();
}

static void write_others(void) {
  struct memory_record *memory = begin(RECORD_MEMORY, RECORD_KILLED, sizeof *memory);
  memory->method = MEMORY_PROC, memory->target_pid = 12, memory->target_start = 34, memory->result = -13;
  memory->path_length = ADD("/proc/12/environ");
  end();
  struct privileged_record *privileged = begin(RECORD_PRIVILEGED, 0, sizeof *privileged);
  privileged->operation = PRIVILEGED_MOUNT, privileged->result = -1;
  privileged->path_length = ADD("/mnt");
  end();
  privileged = begin(RECORD_PRIVILEGED, 0, sizeof *privileged);
  privileged->operation = PRIVILEGED_RAW_SOCKET, privileged->arguments[0] = 10;
  privileged->arguments[1] = 3ULL << 32 | 58;
  end();
  privileged = begin(RECORD_PRIVILEGED, 0, sizeof *privileged);
  privileged->operation = PRIVILEGED_SOCKET_OUTSIDE_CGROUP, privileged->arguments[0] = 2;
  privileged->arguments[1] = 1ULL << 32 | 6, privileged->result = -1;
  end();
  privileged = begin(RECORD_PRIVILEGED, 0, sizeof *privileged);
  privileged->operation = PRIVILEGED_PACKET_SOCKET, privileged->arguments[0] = 17;
  privileged->arguments[1] = 1, privileged->result = -1;
  end();
}

#define PRINT(name, value) printf("%s\"%s\": %zu", printed++ ? ", " : "{", name, (size_t)(value))

int main(int argc, char **argv) {
  if (argc > 1) {
    int printed = 0;
    PRINT("settings", sizeof(struct settings));
    PRINT("scope", offsetof(struct settings, scope));
    PRINT("scopeNamespace", offsetof(struct settings, scope_namespace));
    PRINT("guardPid", offsetof(struct settings, guard_pid));
    PRINT("guardNamespace", offsetof(struct settings, guard_namespace));
    PRINT("scratchSlots", offsetof(struct settings, scratch_slots));
    PRINT("ioUringCompletes", offsetof(struct settings, io_uring_completes));
    PRINT("watchesFiles", offsetof(struct settings, watches_files));
    PRINT("refuses", offsetof(struct settings, refuses));
    PRINT("guardedCgroup", offsetof(struct settings, guarded_cgroup));
    PRINT("refusesPacketSockets", offsetof(struct settings, refuses_packet_sockets));
    PRINT("guardedNetwork", offsetof(struct settings, guarded_network));
    PRINT("stopsMemoryReaders", offsetof(struct settings, stops_memory_readers));
    PRINT("stopsGuardAttackers", offsetof(struct settings, stops_guard_attackers));
    PRINT("forbidsPrograms", offsetof(struct settings, forbids_programs));
    PRINT("deniesFiles", offsetof(struct settings, denies_files));
    PRINT("stopsReverseShells", offsetof(struct settings, stops_reverse_shells));
    PRINT("programName", sizeof(struct program_name));
    PRINT("fileTold", FILE_TOLD);
    PRINT("fileDenied", FILE_DENIED);
    PRINT("watchedNames", offsetof(struct settings, watched_names));
    PRINT("low", offsetof(struct name_prefix, low));
    PRINT("lowMask", offsetof(struct name_prefix, low_mask));
    PRINT("high", offsetof(struct name_prefix, high));
    PRINT("highMask", offsetof(struct name_prefix, high_mask));
    PRINT("prefix", sizeof(struct name_prefix));
    PRINT("names", WATCHED_NAMES);
    PRINT("shared", sizeof shared);
    PRINT("phase", (char *)&shared.phase - (char *)&shared);
    PRINT("produced", (char *)&shared.counters.produced - (char *)&shared);
    PRINT("ringFull", (char *)&shared.counters.ring_full - (char *)&shared);
    PRINT("scratchBusy", (char *)&shared.counters.scratch_busy - (char *)&shared);
    PRINT("untracked", (char *)&shared.counters.untracked - (char *)&shared);
    PRINT("kinds", RECORD_KINDS);
    PRINT("watchedFile", sizeof(struct watched_file));
    PRINT("portKey", sizeof(struct port_key));
    PRINT("portProtocol", offsetof(struct port_key, protocol));
    PRINT("portFamily", offsetof(struct port_key, family));
    PRINT("portNumber", offsetof(struct port_key, port));
    PRINT("portOwner", sizeof(struct port_owner));
    PRINT("ownerStart", offsetof(struct port_owner, start));
    PRINT("ownerPid", offsetof(struct port_owner, pid));
    PRINT("watchedFileName", offsetof(struct watched_file, name));
    puts("}");
    return argv[1] == NULL;
  }
  write_processes();
  write_network();
  write_files();
  write_others();
  return 0;
}
