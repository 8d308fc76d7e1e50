/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What goes through the ring buffer. agent/sensor/kernel/decode-record.ts reads the same layout; a test holds the two
 * together. All numbers are little-endian, all fields naturally aligned, and strings follow the fixed part in the order
 * of their lengths, without a terminator.
 */
#pragma once

#include "kernel-types.h"

enum record_kind {
	RECORD_FORK = 1,
	RECORD_EXEC = 2,
	RECORD_EXIT = 3,
	RECORD_CONNECT = 4,
	RECORD_FLOW = 5,
	RECORD_CONNECT_UNIX = 6,
	RECORD_FILE = 7,
	RECORD_FILE_READ = 8,
	RECORD_MEMORY = 9,
	RECORD_PRIVILEGED = 10,
	RECORD_KINDS = 11,
};

/* In the flags of every kind: its process was ended for it, before it could make use of it. */
#define RECORD_KILLED 0x8000

struct record_header {
	u16 kind;
	u16 flags; /* of the kind, and RECORD_KILLED */
	u32 pid;   /* thread group id in the guard's pid namespace, or the initial one's where it has none there */
	u64 time;  /* nanoseconds, CLOCK_MONOTONIC */
	u64 start; /* clock ticks since boot, as in /proc/PID/stat */
};

struct fork_record {
	struct record_header header;
	u64 parent_start;
	u32 parent_pid;
	u32 padding;
};

#define EXEC_ARGS_TRUNCATED 1
#define EXEC_DELETED 2
#define EXEC_MEMFD 4
#define EXEC_ENVIRONMENT_TRUNCATED 8
#define EXEC_ARGS_UNREADABLE 16
#define EXEC_REVERSE_SHELL 32 /* it was ended for being one */

#define SOCKET_CONNECTED 0x10000

struct descriptor {
	u32 mode; /* inode.i_mode; 0 where the descriptor is closed */
	u32 device; /* of a socket its address family, and whether it is connected */
	u64 inode;
};

struct exec_record {
	struct record_header header;
	u64 parent_start;
	u64 cgroup;
	u32 parent_pid;
	u32 user_id;
	u32 group_id;
	u32 args_total;
	struct descriptor descriptors[3];
	u16 executable_length;
	u16 directory_length;
	u16 script_length;
	u16 args_length;
	u16 environment_length;
	u16 padding[3];
};

struct exit_record {
	struct record_header header;
	u32 status; /* as wait(2) gives it */
	u32 padding;
};

struct flow_key {
	u16 family; /* AF_INET or AF_INET6 */
	u16 port;   /* host byte order */
	u16 type;   /* SOCK_STREAM, SOCK_DGRAM, SOCK_RAW */
	u16 protocol;
	u8 address[16];
};

#define CONNECT_SENDS_NOTHING 1 /* connect() of a socket for datagrams: it takes an address, and no packet leaves */

struct connect_record {
	struct record_header header;
	struct flow_key key;
};

#define FLOW_ESTABLISHED 1
#define FLOW_CLOSED 2
#define FLOW_NEVER_BEGAN -1
#define FLOW_ABANDONED -2 /* closed before there was an answer */

struct flow_record {
	struct record_header header;
	struct flow_key key;
	s32 error; /* errno with which the connection attempt ended */
	u32 padding;
	u64 bytes_sent;
	u64 bytes_received;
};

#define UNIX_VIA_IO_URING 1 /* asked for; whether it came about is not known */

struct unix_record {
	struct record_header header;
	s32 result;
	u16 path_length;
	u16 padding;
};

enum file_operation {
	FILE_WRITE = 1,
	FILE_CREATE = 2,
	FILE_RENAME = 3,
	FILE_LINK = 4,
	FILE_SYMLINK = 5,
	FILE_DELETE = 6,
	FILE_CHMOD = 7,
	FILE_TRUNCATE = 8,
};

#define FILE_VIA_IO_URING 1 /* asked for; whether it came about is not known */
#define FILE_OPEN_READS 2    /* an open that does not write */

/* A path is `base` joined with `name`. A path that the kernel resolved has no name. */
struct file_record {
	struct record_header header;
	u32 operation;
	u32 mode;
	u16 base_length;
	u16 name_length;
	u16 other_base_length;
	u16 other_name_length;
};

struct file_read_record {
	struct record_header header;
	u16 path_length;
	u16 padding[3];
};

enum memory_method {
	MEMORY_PROC = 1, /* the path's last part says which file */
	MEMORY_PTRACE = 2,
	MEMORY_VM_READ = 3,
	MEMORY_VM_WRITE = 4,
	MEMORY_TAKE_DESCRIPTOR = 5,
};

struct memory_record {
	struct record_header header;
	u64 target_start; /* 0 where the kernel's target was not at hand */
	u32 target_pid;
	u32 method;
	s32 result;
	u16 path_length;
	u16 padding;
};

enum privileged_operation {
	PRIVILEGED_SETNS = 1,
	PRIVILEGED_UNSHARE = 2,
	PRIVILEGED_MOUNT = 3,
	PRIVILEGED_UNMOUNT = 4,
	PRIVILEGED_PIVOT_ROOT = 5,
	PRIVILEGED_CHROOT = 6,
	PRIVILEGED_MODULE_LOAD = 7,
	PRIVILEGED_BPF = 8,
	PRIVILEGED_RAW_SOCKET = 9,
	PRIVILEGED_PACKET_SOCKET = 10,
	PRIVILEGED_SIGNAL_GUARD = 11,
	PRIVILEGED_SOCKET_OUTSIDE_CGROUP = 12,
	PRIVILEGED_TUNNEL_DEVICE = 13,
	PRIVILEGED_NETFILTER_SOCKET = 14,
};

#define SOCKET_IN_OTHER_NETWORK 1 /* in the upper half of the first argument */

struct privileged_record {
	struct record_header header;
	u64 arguments[2];
	u32 operation;
	s32 result;
	u16 path_length;
	u16 padding[3];
};
