/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* What the agent sets before and while the program runs, and the maps. */
#pragma once

#include "records.h"

#include <bpf/bpf_helpers.h>

enum scope_type {
	SCOPE_COMMAND = 0,
	SCOPE_POD = 1,
	SCOPE_HOST = 2,
};

enum phase {
	PHASE_CANARY = 0,   /* the guard itself is reported */
	PHASE_WATCHING = 1, /* it is left out */
	PHASE_ARMED = 2,    /* and the next process that it starts is the guarded command */
};

#define WATCHED_NAMES 48

/* The first sixteen bytes of `NAME=`, and which of them count. */
struct name_prefix {
	u64 low, low_mask;
	u64 high, high_mask;
};

/* Set by the agent before the program is loaded; constants from then on. */
const volatile struct settings {
	u32 scope;
	u32 scope_namespace; /* inode number of the pod's pid namespace */
	u32 guard_pid;       /* as the guard sees itself */
	u32 guard_namespace; /* inode number of the guard's pid namespace */
	u32 scratch_slots;   /* slots that a processor has in `scratch` */
	u32 io_uring_completes; /* whether results of io_uring requests are seen */
	u32 watches_files;      /* whether anything is in `watched_files` */
	u32 refuses;            /* whether sockets outside the guarded cgroup are refused, or only told */
	u64 guarded_cgroup;     /* id of the cgroup that the command's sockets have to be in; 0 for none */
	u32 refuses_packet_sockets;
	u32 guarded_network;    /* inode number of the network namespace that the packet filter is in */
	u32 stops_memory_readers;  /* the job's, that reach into processes which are not the job's */
	u32 stops_guard_attackers;
	u32 forbids_programs;      /* whether anything is in `forbidden_programs` */
	u32 denies_files;          /* whether anything in `watched_files` is denied */
	u32 stops_reverse_shells;
	u32 padding;
	struct name_prefix watched_names[WATCHED_NAMES];
} settings SEC(".rodata.settings") = {};

struct counters {
	u64 produced[RECORD_KINDS];
	u64 ring_full[RECORD_KINDS];
	u64 scratch_busy[RECORD_KINDS];
	u64 untracked; /* processes of the command that found no room in `tracked` */
	u64 interrupting_tcp_states; /* taken although on_tcp_state was skipped */
};

/* Mapped into the agent: it reads the counters and moves the phase on without a system call. */
struct {
	u32 phase;
	u32 guard_tgid; /* in the initial pid namespace; the canary's first event tells */
	struct counters counters;
} shared SEC(".data.shared") = {};

/* Set once somebody may have a descriptor of what is in protected memory: until then no read or write is looked at. */
u32 memory_is_open SEC(".data.memory") = false;

/* Set once the job has sent the guard a signal that stops it: from then on it does not stand still for any. */
u32 guard_goes_on SEC(".data.memory") = false;

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} ring SEC(".maps");

/* Thread group ids of the guarded command and all its descendants. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 65536);
	__type(key, u32);
	__type(value, u8);
} tracked SEC(".maps");

struct ended_process {
	u64 start;
	u32 tgid;
	u32 padding;
};

/* The last processes whose end was reported, in the scopes that need no `tracked`. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct ended_process);
	__type(value, u8);
} ended SEC(".maps");

struct flow {
	struct flow_key key;
	u32 pid;
	u32 established;
	u64 start;
	u64 bytes_sent;
	u64 bytes_received;
	u64 cookie; /* the socket's, which it always has in a cgroup hook; 0 where TCP's state alone told of it */
};

/* Sockets that were connected, by address in memory. Least recently used entries go first: what is lost then is how a flow ended. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 32768);
	__type(key, u64);
	__type(value, struct flow);
} flows SEC(".maps");

struct port_key {
	u16 protocol; /* IPPROTO_UDP or IPPROTO_TCP */
	u16 family;   /* of the packets: an IPv6 socket sends IPv4 ones to ::ffff:… */
	u16 port;     /* the socket's own, host byte order */
	u16 padding;
};

struct port_owner {
	u64 start;
	u32 pid;
	u32 padding;
};

/* Who sent to port 53, or connected by TCP, last from a port. As many as can be under way at once, with room to spare. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16384);
	__type(key, struct port_key);
	__type(value, struct port_owner);
} port_owners SEC(".maps");

struct watched_file {
	char parent[64]; /* name of the directory it is in; empty where any will do */
	char name[64];
};

#define FILE_TOLD 1   /* when it is opened for reading */
#define FILE_DENIED 2 /* it may be in `forbidden_paths` */

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct watched_file);
	__type(value, u8);
} watched_files SEC(".maps");

struct program_name {
	char name[64];
};

struct file_path {
	char path[256];
};

#define PATH_RUN 1
#define PATH_READ 2
#define PATH_CHANGED 4

/* Paths, and what is done to them that a process of the job's is ended for. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct file_path);
	__type(value, u8);
} forbidden_paths SEC(".maps");

/* Names of programs that the job must not run. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct program_name);
	__type(value, u8);
} forbidden_programs SEC(".maps");

#define READS_AS_SHELL 1
#define READS_BARE 2      /* an interpreter: without words other than a few */
#define READS_AS_APPLET 3 /* many programs in one */

/* Names of programs that do what they read, and how they take words; without versions. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 256);
	__type(key, struct program_name);
	__type(value, u8);
} command_readers SEC(".maps");

struct process_key {
	u64 start; /* as in record_header */
	u32 pid;
	u32 padding;
};

/* The runner's processes, in the scopes in which the guard did not start the job: the agent writes them. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct process_key);
	__type(value, u8);
} runner_processes SEC(".maps");

/* A process while it runs what it ran when the guard began: another program in its place has another number. */
struct ancestor {
	u64 start; /* nanoseconds since boot */
	u32 tgid;
	u32 exec_id;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, struct ancestor);
	__type(value, u8);
} ancestors SEC(".maps");

/* Threads, by when they began, that were ended for the system call that they are in. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, u64);
	__type(value, u8);
} stopped_threads SEC(".maps");

/* Processes, by when they began, that were ended for reaching into another one, and told of. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, u64);
	__type(value, u8);
} told_reachers SEC(".maps");

#define PATH_MAX 4096
#define NAME_MAX 256
#define RECORD_MAX 32768

/* How far the look at a command line is. Here and not on the stack, where the verifier would follow every value. */
struct command_line {
	u64 address;
	u64 end;
	u32 reader;
	u32 skipped; /* words that are no options */
	u8 has_operand; /* what follows is one, whatever it begins with */
	u8 is_open;
};

struct scratch_slot {
	struct command_line line;
	u32 busy;
	u32 index; /* of this slot in `scratch`, for functions that cannot take a pointer */
	u32 used; /* bytes of the record */
	u32 path_start;
	u32 environment_kept;
	char name[PATH_MAX];
	u8 path[PATH_MAX + NAME_MAX];
	u8 record[RECORD_MAX + 8192];
};

/*
 * Room to build a record that is too large for the stack. A processor has several: a program can be preempted, or
 * interrupted, by another one on the same processor. The agent sets max_entries to processors × scratch_slots.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct scratch_slot);
} scratch SEC(".maps");

static __always_inline void count(u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
}

static __always_inline int emit(void *record, u64 size, u32 kind)
{
	/* The agent polls, so no record needs to wake it: a wake-up costs the job an interrupt. */
	if (bpf_ringbuf_output(&ring, record, size, BPF_RB_NO_WAKEUP) == 0) {
		count(&shared.counters.produced[kind]);
		return 0;
	}
	count(&shared.counters.ring_full[kind]);
	return -1;
}
