/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* At the end of a system call, when what came of it is known. */
#pragma once

#include "sockets.h"

#include <bpf/bpf_tracing.h>

#define PTRACE_ATTACH 16
#define PTRACE_SEIZE 0x4206
#define RENAME_EXCHANGE 2
#define OPEN_TREE_CLONE 1
#define MODE_RUNS 06111 /* executable by anyone, set-user-ID or set-group-ID */

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
		on_open_result(result, AT_FDCWD, arguments[0], arguments[1]);
		return true;
	case OPENAT:
		on_open_result(result, arguments[0], arguments[1], arguments[2]);
		return true;
	case OPENAT2:
		on_open_result(result, arguments[0], arguments[1], open_how_flags(arguments[2]));
		return true;
	case CREAT:
		on_open_result(result, AT_FDCWD, arguments[0], O_CREAT | O_TRUNC);
		return true;
	case OPEN_BY_HANDLE:
		on_open_result(result, 0, 0, arguments[2]);
		return true;
	case SOCKET:
		on_socket(arguments[0], arguments[1], arguments[2], result);
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
	u32 action = action_of(number_of(regs), task);
	u64 arguments[5];

	if (action == IGNORED || !in_scope(task))
		return 0;
	read_arguments(regs, task, arguments);
	if (!on_any_result(action, arguments, task, result) && result == 0)
		on_named_change(action, arguments, task);
	return 0;
}
