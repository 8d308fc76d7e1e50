/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* At the end of a system call, when what came of it is known. */
#pragma once

#include "files.h"

#include <bpf/bpf_tracing.h>

#include "processes.h"

#define AF_UNIX 1
#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define AF_RDS 21
#define AF_PPPOX 24
#define AF_TIPC 30
#define AF_BLUETOOTH 31
#define AF_RXRPC 33
#define AF_VSOCK 40
#define AF_SMC 43
#define SOCK_RAW 3
#define SOCK_TYPE_MASK 0xf /* include/linux/net.h */
#define AF_XDP 44
#define PTRACE_ATTACH 16
#define PTRACE_SEIZE 0x4206
#define SYS_SOCKET 1  /* socketcall(2) */
#define SYS_CONNECT 3
#define SOCKADDR_PATH 2 /* offset of sun_path */
#define UNIX_PATH_MAX 108
#define EBADF 9
#define PIDFS_MAGIC 0x50494446
#define RENAME_EXCHANGE 2
#define OPEN_TREE_CLONE 1
#define MODE_RUNS 06111 /* executable by anyone, set-user-ID or set-group-ID */

static __noinline int emit_memory_call(u32 method, u32 target, s32 result)
{
	struct memory_record record = {};
	struct task_struct *task = current_task();

	if (target == own_pid(task)) /* unwinders and crash handlers read their own memory like this */
		return 0;
	fill_header(&record.header, RECORD_MEMORY, task);
	record.method = method;
	record.target_pid = target;
	record.result = result;
	emit(&record, sizeof(record), RECORD_MEMORY);
	return 0;
}

/* Whose a pidfd is. It says so in a file system of its own since Linux 6.9 (fs/pidfs.c), before in the file. */
static __always_inline struct task_struct *process_of_pidfd(struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	struct pid *pid = BPF_CORE_READ(inode, i_sb, s_magic) == PIDFS_MAGIC ? BPF_CORE_READ(inode, i_private)
									     : BPF_CORE_READ(file, private_data);
	struct hlist_node *first = BPF_CORE_READ(pid, tasks[0].first);

	if (!first)
		return NULL;
	return (void *)first - bpf_core_field_offset(struct task_struct, pid_links);
}

/* A descriptor taken from another process is a way to what it holds open, and takes the right to trace it. */
static __noinline int emit_descriptor_taken(u32 descriptor, s32 result)
{
	struct task_struct *task = current_task();
	struct file *file = file_at(task, descriptor);
	struct task_struct *target = file && result != -EBADF ? process_of_pidfd(file) : NULL;
	struct memory_record record = {};

	if (target && BPF_CORE_READ(target, tgid) == BPF_CORE_READ(task, tgid))
		return 0;
	fill_header(&record.header, RECORD_MEMORY, task);
	record.method = MEMORY_TAKE_DESCRIPTOR;
	record.result = result;
	if (target) {
		record.target_pid = visible_pid(BPF_CORE_READ(target, group_leader));
		record.target_start = start_ticks(BPF_CORE_READ(target, group_leader));
	}
	emit(&record, sizeof(record), RECORD_MEMORY);
	return 0;
}

static __noinline int emit_privileged_path(u32 operation, u64 name, s32 result)
{
	struct scratch_slot *slot;
	struct privileged_record *record;

	slot = begin_record(RECORD_PRIVILEGED, sizeof(*record));
	if (!slot)
		return 0;
	record = (struct privileged_record *)slot->record;
	record->operation = operation;
	record->result = result;
	record->path_length = name ? append_user_string(slot, name) : 0;
	emit_slot(slot, RECORD_PRIVILEGED);
	return 0;
}

static __noinline int emit_privileged_call(u32 operation, u64 first, s32 result)
{
	struct privileged_record record = {};

	fill_header(&record.header, RECORD_PRIVILEGED, current_task());
	record.operation = operation;
	record.arguments[0] = first;
	record.result = result;
	emit(&record, sizeof(record), RECORD_PRIVILEGED);
	return 0;
}

/* Appends the name that the other end of a connected Unix socket is bound to. */
static __always_inline u32 append_peer_name(struct scratch_slot *slot, struct file *file)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);
	struct unix_sock *unix_socket = (struct unix_sock *)BPF_CORE_READ(socket, sk);
	struct unix_sock *peer = (struct unix_sock *)BPF_CORE_READ(unix_socket, peer);
	struct unix_address *address;
	u32 used = slot->used & (RECORD_MAX - 1);
	u64 length;

	if (!peer)
		return 0;
	address = BPF_CORE_READ(peer, addr);
	if (!address)
		return 0;
	length = BPF_CORE_READ(address, len) - SOCKADDR_PATH;
	forget(length);
	if (length > UNIX_PATH_MAX)
		return 0;
	bpf_probe_read_kernel(&slot->record[used], length, (void *)address->name[0].sun_path);
	slot->used = used + length;
	return length;
}

static __noinline int emit_unix_connect(u32 descriptor, u64 sockaddr, u32 size, s32 result)
{
	struct task_struct *task = current_task();
	struct file *file = file_at(task, descriptor);
	struct scratch_slot *slot;
	struct unix_record *record;
	u64 length = 0;
	u32 used;

	slot = begin_record(RECORD_CONNECT_UNIX, sizeof(*record));
	if (!slot)
		return 0;
	record = (struct unix_record *)slot->record;
	record->result = result;
	if (result == 0 && file)
		length = append_peer_name(slot, file);
	if (length == 0 && size > SOCKADDR_PATH) {
		used = slot->used & (RECORD_MAX - 1);
		length = size - SOCKADDR_PATH;
		forget(length);
		if (length > UNIX_PATH_MAX)
			length = UNIX_PATH_MAX;
		if (bpf_probe_read_user(&slot->record[used], length, (void *)(sockaddr + SOCKADDR_PATH)) == 0)
			slot->used = used + length;
		else
			length = 0;
	}
	record->path_length = length;
	emit_slot(slot, RECORD_CONNECT_UNIX);
	return 0;
}

static __always_inline bool is_unix_socket(u32 descriptor)
{
	struct file *file = file_at(current_task(), descriptor);
	struct socket *socket;

	if (!file || (BPF_CORE_READ(file, f_inode, i_mode) & S_IFMT) != S_IFSOCK)
		return false;
	socket = BPF_CORE_READ(file, private_data);
	return BPF_CORE_READ(socket, sk, __sk_common.skc_family) == AF_UNIX;
}

/* The family in the program's memory is looked at as well: another thread may have closed the socket meanwhile. */
static __always_inline void on_connected(u64 descriptor, u64 sockaddr, u64 size, long result)
{
	u16 family = 0;

	bpf_probe_read_user(&family, sizeof(family), (void *)sockaddr);
	if (family == AF_UNIX || is_unix_socket(descriptor))
		emit_unix_connect(descriptor, sockaddr, size, result);
}

/* Families that reach beyond this machine, whose destinations no hook tells. */
static __always_inline bool leaves_without_address(u64 family)
{
	return family == AF_PACKET || family == AF_XDP || family == AF_VSOCK || family == AF_SMC ||
	       family == AF_RDS || family == AF_TIPC || family == AF_RXRPC || family == AF_PPPOX ||
	       family == AF_BLUETOOTH;
}

/* Raw sockets of the internet families are seen where they are made (network.h); one that is refused never is made. */
static __always_inline void on_socket(u64 family, u64 type, long result)
{
	s32 error = result < 0 ? result : 0;

	if (leaves_without_address(family))
		emit_privileged_call(PRIVILEGED_PACKET_SOCKET, family, error);
	else if (error && (family == AF_INET || family == AF_INET6) && (type & SOCK_TYPE_MASK) == SOCK_RAW)
		emit_privileged_call(PRIVILEGED_RAW_SOCKET, family, error);
}

static __always_inline void on_socketcall(u64 call, u64 address, long result)
{
	u32 arguments[3] = {};

	bpf_probe_read_user(arguments, sizeof(arguments), (void *)address);
	if (call == SYS_SOCKET)
		on_socket(arguments[0], arguments[1], result);
	else if (call == SYS_CONNECT)
		on_connected(arguments[0], arguments[1], arguments[2], result);
}

static __always_inline u64 open_how_flags(u64 how)
{
	u64 flags = 0;

	bpf_probe_read_user(&flags, sizeof(flags), (void *)how);
	return flags;
}

/* Opens and what else is judged by its result, also when it failed. Returns whether the action was one of them. */
static __always_inline bool on_any_result(u32 action, const u64 *arguments, struct task_struct *task, long result)
{
	switch (action) {
	case OPEN:
		on_open_result(task, result, AT_FDCWD, arguments[0], arguments[1]);
		return true;
	case OPENAT:
		on_open_result(task, result, arguments[0], arguments[1], arguments[2]);
		return true;
	case OPENAT2:
		on_open_result(task, result, arguments[0], arguments[1], open_how_flags(arguments[2]));
		return true;
	case CREAT:
		on_open_result(task, result, AT_FDCWD, arguments[0], O_CREAT | O_TRUNC);
		return true;
	case OPEN_BY_HANDLE:
		on_open_result(task, result, 0, 0, arguments[2]);
		return true;
	case SOCKET:
		on_socket(arguments[0], arguments[1], result);
		return true;
	case CONNECT:
		on_connected(arguments[0], arguments[1], arguments[2], result);
		return true;
	case SOCKETCALL:
		on_socketcall(arguments[0], arguments[1], result);
		return true;
	case PTRACE:
		if (arguments[0] == PTRACE_ATTACH || arguments[0] == PTRACE_SEIZE)
			emit_memory_call(MEMORY_PTRACE, arguments[1], result);
		return true;
	case VM_READ:
		emit_memory_call(MEMORY_VM_READ, arguments[0], result < 0 ? result : 0);
		return true;
	case VM_WRITE:
		emit_memory_call(MEMORY_VM_WRITE, arguments[0], result < 0 ? result : 0);
		return true;
	case PIDFD_GETFD:
		emit_descriptor_taken(arguments[0], result < 0 ? result : 0);
		return true;
	case SETNS:
		emit_privileged_call(PRIVILEGED_SETNS, arguments[1], result);
		return true;
	case UNSHARE:
		emit_privileged_call(PRIVILEGED_UNSHARE, arguments[0], result);
		return true;
	case BPF_SYSCALL:
		emit_privileged_call(PRIVILEGED_BPF, arguments[0], result < 0 ? result : 0);
		return true;
	case INIT_MODULE:
	case FINIT_MODULE:
		emit_privileged_path(PRIVILEGED_MODULE_LOAD, 0, result);
		return true;
	case MOUNT:
		emit_privileged_path(PRIVILEGED_MOUNT, arguments[1], result);
		return true;
	case MOVE_MOUNT:
		emit_privileged_path(PRIVILEGED_MOUNT, arguments[3], result);
		return true;
	/* A mount needs no place to be used: what is in it can be opened by the descriptor that these give. */
	case OPEN_TREE:
		if (arguments[2] & OPEN_TREE_CLONE)
			emit_privileged_path(PRIVILEGED_MOUNT, arguments[1], result);
		return true;
	case FSOPEN: /* the kind of file system */
		emit_privileged_path(PRIVILEGED_MOUNT, arguments[0], result);
		return true;
	case FSPICK:
	case MOUNT_SETATTR:
		emit_privileged_path(PRIVILEGED_MOUNT, arguments[1], result);
		return true;
	case UNMOUNT:
		emit_privileged_path(PRIVILEGED_UNMOUNT, arguments[0], result);
		return true;
	case PIVOT_ROOT:
		emit_privileged_path(PRIVILEGED_PIVOT_ROOT, arguments[0], result);
		return true;
	case CHROOT:
		emit_privileged_path(PRIVILEGED_CHROOT, arguments[0], result);
		return true;
	}
	return false;
}

static __always_inline void set_path(struct named_path *path, s32 directory, u64 name)
{
	path->directory = directory;
	path->name = name;
}

/* Changes of the file system that name their paths; only those that came about. */
static __always_inline void on_named_change(u32 action, const u64 *arguments, struct task_struct *task)
{
	struct named_change change = {};
	struct file *file;

	switch (action) {
	case RENAME:
		change.operation = FILE_RENAME;
		set_path(&change.other, AT_FDCWD, arguments[0]);
		set_path(&change.path, AT_FDCWD, arguments[1]);
		break;
	case RENAMEAT2:
		if (arguments[4] & RENAME_EXCHANGE) {
			change.operation = FILE_RENAME;
			set_path(&change.other, arguments[2], arguments[3]);
			set_path(&change.path, arguments[0], arguments[1]);
			emit_named_change(&change);
		}
		/* fall through */
	case RENAMEAT:
		change.operation = FILE_RENAME;
		set_path(&change.other, arguments[0], arguments[1]);
		set_path(&change.path, arguments[2], arguments[3]);
		break;
	case LINK:
		change.operation = FILE_LINK;
		set_path(&change.other, AT_FDCWD, arguments[0]);
		set_path(&change.path, AT_FDCWD, arguments[1]);
		break;
	case LINKAT:
		change.operation = FILE_LINK;
		set_path(&change.other, arguments[0], arguments[1]);
		set_path(&change.path, arguments[2], arguments[3]);
		break;
	case SYMLINK:
		change.operation = FILE_SYMLINK;
		set_path(&change.other, AT_FDCWD, arguments[0]);
		set_path(&change.path, AT_FDCWD, arguments[1]);
		break;
	case SYMLINKAT:
		change.operation = FILE_SYMLINK;
		set_path(&change.other, AT_FDCWD, arguments[0]);
		set_path(&change.path, arguments[1], arguments[2]);
		break;
	case UNLINK:
		change.operation = FILE_DELETE;
		set_path(&change.path, AT_FDCWD, arguments[0]);
		break;
	case UNLINKAT:
		if (arguments[2] & AT_REMOVEDIR)
			return;
		change.operation = FILE_DELETE;
		set_path(&change.path, arguments[0], arguments[1]);
		break;
	case TRUNCATE:
		change.operation = FILE_TRUNCATE;
		set_path(&change.path, AT_FDCWD, arguments[0]);
		break;
	case CHMOD:
		change.operation = FILE_CHMOD;
		change.mode = arguments[1];
		set_path(&change.path, AT_FDCWD, arguments[0]);
		break;
	case FCHMODAT:
		change.operation = FILE_CHMOD;
		change.mode = arguments[2];
		set_path(&change.path, arguments[0], arguments[1]);
		break;
	case MKNOD:
		change.operation = FILE_CREATE;
		change.mode = arguments[1];
		set_path(&change.path, AT_FDCWD, arguments[0]);
		break;
	case MKNODAT:
		change.operation = FILE_CREATE;
		change.mode = arguments[2];
		set_path(&change.path, arguments[0], arguments[1]);
		break;
	case FCHMOD:
	case FTRUNCATE:
		if (action == FCHMOD && !(arguments[1] & MODE_RUNS))
			return;
		file = file_at(task, arguments[0]);
		if (file)
			emit_file_change((u64)file, action == FCHMOD ? FILE_CHMOD : FILE_TRUNCATE,
					 action == FCHMOD ? arguments[1] : 0);
		return;
	default:
		return;
	}
	if (change.operation == FILE_CHMOD && !(change.mode & MODE_RUNS))
		return;
	emit_named_change(&change);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_system_call, struct pt_regs *regs, long result)
{
	struct task_struct *task = current_task();
	u32 action = action_of(regs, task);
	u64 arguments[5];

	if (action == IGNORED || !in_scope(task))
		return 0;
	read_arguments(regs, task, arguments);
	if (!on_any_result(action, arguments, task, result) && result == 0)
		on_named_change(action, arguments, task);
	return 0;
}
