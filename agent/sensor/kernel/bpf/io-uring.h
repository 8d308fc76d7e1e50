/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * The same deeds by way of io_uring, which makes no system call for them. Connections and datagrams go through the cgroup
 * hooks like any other. A request holds its arguments in kernel memory by the time it is submitted.
 */
#pragma once

#include "memory-paths.h"
#include "system-calls.h"

/* include/uapi/linux/io_uring.h */
#define IORING_OP_READV 1
#define IORING_OP_READ_FIXED 4
#define IORING_OP_CONNECT 16
#define IORING_OP_OPENAT 18
#define IORING_OP_READ 22
#define IORING_OP_OPENAT2 28
#define IORING_OP_RENAMEAT 35
#define IORING_OP_UNLINKAT 36
#define IORING_OP_SYMLINKAT 38
#define IORING_OP_LINKAT 39
#define IORING_OP_SOCKET 45
#define IOSQE_CQE_SKIP_SUCCESS (1 << 6)

static __always_inline void set_kernel_path(struct named_path *path, s32 directory, struct filename *name)
{
	path->directory = directory;
	path->name = (u64)BPF_CORE_READ(name, name);
	path->in_kernel = true;
}

__noinline int emit_asked_memory(u64 name)
{
	struct scratch_slot *slot = begin_record(RECORD_MEMORY, sizeof(struct memory_record));
	struct memory_record *record;

	if (!slot)
		return 0;
	record = (struct memory_record *)slot->record;
	record->header.flags = RECORD_KILLED;
	record->method = MEMORY_PROC;
	record->path_length = append_kernel_string(slot, (void *)name);
	emit_slot(slot, RECORD_MEMORY);
	return 0;
}

static __always_inline void on_open_request(struct io_kiocb *request)
{
	struct io_open *open = (void *)request;
	struct named_path path = {};
	u64 flags = BPF_CORE_READ(open, how.flags);
	u32 request_flags = 0;
	bool stopped;

	set_kernel_path(&path, BPF_CORE_READ(open, dfd), BPF_CORE_READ(open, filename));
	stopped = is_of_job(current_task()) && is_memory_path_forbidden(&path);
	if (stopped)
		stop_current();
	bpf_core_read(&request_flags, sizeof(request_flags), &request->flags);
	/*
	 * An ordinary descriptor is looked at when it is there. A direct one never enters the descriptor table, and a request
	 * may ask for no word of its success.
	 */
	if (settings.io_uring_completes && BPF_CORE_READ(open, file_slot) == 0 &&
	    !(request_flags & IOSQE_CQE_SKIP_SUCCESS))
		return;
	if (!stopped)
		emit_asked_open(&path, flags, FILE_VIA_IO_URING);
	else if (is_first_to_tell_of_reach(current_task()))
		emit_asked_memory(path.name);
}

static __always_inline void on_path_request(struct io_kiocb *request, u8 opcode)
{
	struct io_rename *rename = (void *)request;
	struct io_link *link = (void *)request;
	struct io_unlink *unlink = (void *)request;
	struct named_change change = {};

	change.flags = FILE_VIA_IO_URING;
	if (opcode == IORING_OP_UNLINKAT) {
		if (BPF_CORE_READ(unlink, flags) & AT_REMOVEDIR)
			return;
		change.operation = FILE_DELETE;
		set_kernel_path(&change.path, BPF_CORE_READ(unlink, dfd), BPF_CORE_READ(unlink, filename));
	} else if (opcode == IORING_OP_RENAMEAT) {
		change.operation = FILE_RENAME;
		set_kernel_path(&change.other, BPF_CORE_READ(rename, old_dfd), BPF_CORE_READ(rename, oldpath));
		set_kernel_path(&change.path, BPF_CORE_READ(rename, new_dfd), BPF_CORE_READ(rename, newpath));
	} else {
		bool symbolic = opcode == IORING_OP_SYMLINKAT;

		change.operation = symbolic ? FILE_SYMLINK : FILE_LINK;
		set_kernel_path(&change.other, symbolic ? AT_FDCWD : BPF_CORE_READ(link, old_dfd),
				BPF_CORE_READ(link, oldpath));
		set_kernel_path(&change.path, BPF_CORE_READ(link, new_dfd), BPF_CORE_READ(link, newpath));
	}
	emit_named_change(&change);
}

static __always_inline void on_socket_request(struct io_kiocb *request)
{
	struct io_socket *socket = (void *)request;

	/* Its credentials may be others than the process has now (IORING_REGISTER_PERSONALITY): it counts as let. */
	on_socket(BPF_CORE_READ(socket, domain), BPF_CORE_READ(socket, type), BPF_CORE_READ(socket, protocol), 0);
}

static __always_inline void on_connect_request(struct io_kiocb *request)
{
	struct io_async_msghdr *message = BPF_CORE_READ(request, async_data);
	struct io_connect *connect = (void *)request;
	struct sockaddr_un address = {};
	u64 length = BPF_CORE_READ(connect, addr_len) - SOCKADDR_PATH;
	struct scratch_slot *slot;
	struct unix_record *record;

	if (!message)
		return;
	bpf_core_read(&address.sun_family, sizeof(address.sun_family), &message->addr);
	forget(length);
	if (address.sun_family != AF_UNIX || length > UNIX_PATH_MAX)
		return;
	slot = begin_record(RECORD_CONNECT_UNIX, sizeof(*record));
	if (!slot)
		return;
	record = (struct unix_record *)slot->record;
	record->header.flags = UNIX_VIA_IO_URING;
	record->path_length = length;
	bpf_probe_read_kernel(&slot->record[sizeof(*record)], length,
			      (void *)message + bpf_core_field_offset(struct io_async_msghdr, addr) + SOCKADDR_PATH);
	slot->used = sizeof(*record) + length;
	emit_slot(slot, RECORD_CONNECT_UNIX);
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(on_io_uring_submit, struct io_kiocb *request)
{
	u8 opcode = BPF_CORE_READ(request, opcode);

	switch (opcode) {
	case IORING_OP_CONNECT:
	case IORING_OP_OPENAT:
	case IORING_OP_OPENAT2:
	case IORING_OP_RENAMEAT:
	case IORING_OP_UNLINKAT:
	case IORING_OP_SYMLINKAT:
	case IORING_OP_LINKAT:
	case IORING_OP_SOCKET:
		break;
	default:
		return 0;
	}
	if (!in_scope(current_task()))
		return 0;
	if (opcode == IORING_OP_OPENAT || opcode == IORING_OP_OPENAT2)
		on_open_request(request);
	else if (opcode == IORING_OP_SOCKET)
		on_socket_request(request);
	else if (opcode == IORING_OP_CONNECT)
		on_connect_request(request);
	else
		on_path_request(request, opcode);
	return 0;
}

/* A direct descriptor whose name did not say where it leads is seen no earlier than here. */
static __always_inline void on_read_complete(struct file *file)
{
	if (!settings.stops_memory_readers || !file || BPF_CORE_READ(file, f_inode, i_sb, s_magic) != PROC_SUPER_MAGIC)
		return;
	if (in_scope(current_task()))
		on_opened_proc((u64)file);
}

/* Since Linux 6.16 the result comes as a structure; before, this program is refused and submissions stand in for it. */
SEC("tp_btf/io_uring_complete")
int BPF_PROG(on_io_uring_complete, void *ring_context, struct io_kiocb *request, struct io_uring_cqe *completion)
{
	struct task_struct *task = current_task();
	struct io_open *open = (void *)request;
	struct file *file;
	u8 opcode;
	s32 result;

	if (!request)
		return 0;
	opcode = BPF_CORE_READ(request, opcode);
	if (opcode == IORING_OP_READ || opcode == IORING_OP_READV || opcode == IORING_OP_READ_FIXED) {
		if (completion->res > 0)
			on_read_complete(BPF_CORE_READ(request, file));
		return 0;
	}
	if (opcode != IORING_OP_OPENAT && opcode != IORING_OP_OPENAT2)
		return 0;
	result = completion->res;
	if (result < 0 || BPF_CORE_READ(open, file_slot) != 0 || !in_scope(task))
		return 0;
	file = file_at(task, result);
	if (file)
		on_opened(file, BPF_CORE_READ(open, how.flags));
	return 0;
}

/*
 * A completion that finds no room in the program's own queue. The tracepoint does not tell which request it is of, so every
 * result is looked up as if it were a descriptor: if it is one by chance, a file that is open is told once more.
 */
SEC("tp_btf/io_uring_cqe_overflow")
int BPF_PROG(on_io_uring_overflow, void *ring_context, u64 user_data, s32 result)
{
	struct task_struct *task = current_task();
	struct file *file;

	if (result < 0 || !in_scope(task))
		return 0;
	file = file_at(task, result);
	if (file)
		on_opened(file, 0);
	return 0;
}
