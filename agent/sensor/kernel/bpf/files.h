/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * What is opened, written, moved and deleted. An opened file is taken from the descriptor table, so its path and mode are
 * the kernel's. Calls that only name a path are read after the kernel has read it: its page is present then, and relative
 * names are joined with the directory that they were relative to.
 */
#pragma once

#include "pid-lookup.h"
#include "processes.h"
#include "syscall-numbers.h"

#define FMODE_WRITE 0x2         /* include/linux/fs.h */
#define FMODE_PATH 0x4000
#define FMODE_CREATED 0x100000
#define O_TRUNC 01000
#define O_CREAT 0100
#define O_ACCMODE 3
#define AT_FDCWD -100
#define FROM_ROOT -101 /* no descriptor has this number */
#define AT_REMOVEDIR 0x200
#define PROC_SUPER_MAGIC 0x9fa0
#define EACCES 13
#define EPERM 1
#define TUN_DEVICE (10 << 20 | 200) /* include/linux/miscdevice.h: /dev/net/tun, by whatever name */

/* What a path is relative to: the root directory, which chroot(2) moves, the working directory, or an open one. */
static __always_inline void append_base(struct scratch_slot *slot, s32 directory, u16 *length)
{
	struct task_struct *task = current_task();

	if (directory == FROM_ROOT || directory == AT_FDCWD) {
		struct fs_struct *directories = BPF_CORE_READ(task, fs);
		struct path path;

		if (directory == FROM_ROOT)
			bpf_core_read(&path, sizeof(path), &directories->root);
		else
			bpf_core_read(&path, sizeof(path), &directories->pwd);
		*length = append_path(slot, &path);
	} else {
		struct file *file = file_at(task, directory);

		*length = file ? append_file_path(slot, file) : 0;
	}
}

static __always_inline bool is_absolute(u64 name, bool in_kernel)
{
	char first = 0;

	if (in_kernel)
		bpf_probe_read_kernel(&first, 1, (void *)name);
	else
		bpf_probe_read_user(&first, 1, (void *)name);
	return first == '/';
}

/* Where a path is in memory: at `name`, in the kernel's memory or the program's. */
struct named_path {
	u64 name; /* 0: there is none */
	s32 directory;
	bool in_kernel;
};

static __always_inline void append_named(struct scratch_slot *slot, const struct named_path *path,
					 u16 *base_length, u16 *name_length)
{
	if (!path->name)
		return;
	append_base(slot, is_absolute(path->name, path->in_kernel) ? FROM_ROOT : path->directory, base_length);
	*name_length = path->in_kernel ? append_kernel_string(slot, (void *)path->name)
				       : append_user_string(slot, path->name);
}

struct named_change {
	u32 operation;
	u32 mode;
	u16 flags;
	struct named_path path;
	struct named_path other; /* where it was before, or what a link points at */
};

static __noinline int emit_named_change(const struct named_change *change)
{
	struct scratch_slot *slot;
	struct file_record *record;

	if (!change)
		return 0;
	slot = begin_record(RECORD_FILE, sizeof(*record));
	if (!slot)
		return 0;
	record = (struct file_record *)slot->record;
	record->header.flags = change->flags;
	record->operation = change->operation;
	record->mode = change->mode;
	append_named(slot, &change->path, &record->base_length, &record->name_length);
	append_named(slot, &change->other, &record->other_base_length, &record->other_name_length);
	emit_slot(slot, RECORD_FILE);
	return 0;
}

/* What `watched_files` says of a file: FILE_TOLD, FILE_DENIED, both or neither. */
__noinline int watched_as(u64 address)
{
	struct dentry *dentry = (struct dentry *)address;
	struct watched_file key = {};
	u32 found = 0;
	u8 *value;

	if (bpf_probe_read_kernel_str(key.name, sizeof(key.name), BPF_CORE_READ(dentry, d_name.name)) < 0)
		return 0;
	value = bpf_map_lookup_elem(&watched_files, &key);
	if (value)
		found = *value;
	bpf_probe_read_kernel_str(key.parent, sizeof(key.parent), BPF_CORE_READ(dentry, d_parent, d_name.name));
	value = bpf_map_lookup_elem(&watched_files, &key);
	if (value)
		found |= *value;
	return found;
}

/* Whoever opened or changed what is forbidden is ended before the call returns to it. */
static __always_inline void stop_for_path(struct scratch_slot *slot, u32 start, u32 length, u8 deed)
{
	struct record_header *header = (struct record_header *)slot->record;

	if (!is_of_job(current_task()) || !(is_path_forbidden(slot->index, start, length) & deed))
		return;
	stop_current();
	header->flags |= RECORD_KILLED;
}

static __always_inline bool may_be_denied(struct file *file)
{
	return settings.denies_files && watched_as((u64)BPF_CORE_READ(file, f_path.dentry)) & FILE_DENIED;
}

__noinline int emit_file_change(u64 address, u32 operation, u32 mode)
{
	struct file *file = (struct file *)address;
	struct scratch_slot *slot;
	struct file_record *record;

	slot = begin_record(RECORD_FILE, sizeof(*record));
	if (!slot)
		return 0;
	record = (struct file_record *)slot->record;
	record->operation = operation;
	record->mode = mode;
	record->base_length = append_file_path(slot, file);
	if (may_be_denied(file))
		stop_for_path(slot, sizeof(*record), record->base_length, PATH_CHANGED);
	emit_slot(slot, RECORD_FILE);
	return 0;
}

/* Whose a file of procfs is, whatever path led there. */
static __always_inline struct task_struct *process_of_inode(struct inode *inode)
{
	struct proc_inode *proc = (void *)inode - bpf_core_field_offset(struct proc_inode, vfs_inode);

	return task_of_pid(BPF_CORE_READ(proc, pid));
}

/* /proc/PID/mem and its like, by its own name: it may be mounted under another one. */
__noinline int emit_proc_access(u64 address, u64 process, u32 stopped)
{
	struct file *file = (struct file *)address;
	struct task_struct *target = (struct task_struct *)process;
	struct task_struct *task = current_task();
	struct task_struct *leader;
	struct scratch_slot *slot;
	struct memory_record *record;

	if (BPF_CORE_READ(target, tgid) == BPF_CORE_READ(task, tgid))
		return 0;
	leader = BPF_CORE_READ(target, group_leader);
	slot = begin_record(RECORD_MEMORY, sizeof(*record));
	if (!slot)
		return 0;
	record = (struct memory_record *)slot->record;
	record->method = MEMORY_PROC;
	record->target_pid = visible_pid(leader);
	record->target_start = start_ticks(leader);
	record->header.flags = stopped;
	record->path_length = append_kernel_string(slot, BPF_CORE_READ(file, f_path.dentry, d_name.name));
	emit_slot(slot, RECORD_MEMORY);
	return 0;
}

static __always_inline u64 first_bytes(const unsigned char *name)
{
	u64 bytes = 0;

	bpf_probe_read_kernel_str(&bytes, sizeof(bytes), name);
	return bytes;
}

/* mem, and what lies in map_files/: what is in memory. */
static __always_inline bool leads_to_memory(u64 name)
{
	return name == LETTERS('m', 'e', 'm', 0, 0, 0, 0) || name == LETTERS('m', 'a', 'p', '_', 'f', 'i', 'l');
}

/* maps, smaps, smaps_rollup, environ. The maps say where something is, and lsof reads those of every process. */
static __always_inline bool tells_of_memory(u64 name)
{
	return name == LETTERS('m', 'a', 'p', 's', 0, 0, 0) || name == LETTERS('s', 'm', 'a', 'p', 's', 0, 0) ||
	       name == LETTERS('s', 'm', 'a', 'p', 's', '_', 'r') || name == LETTERS('e', 'n', 'v', 'i', 'r', 'o', 'n');
}

__noinline int emit_file_read(u64 address, u32 watched)
{
	struct file *file = (struct file *)address;
	struct scratch_slot *slot;
	struct file_read_record *record;

	slot = begin_record(RECORD_FILE_READ, sizeof(*record));
	if (!slot)
		return 0;
	record = (struct file_read_record *)slot->record;
	record->path_length = append_file_path(slot, file);
	if (settings.denies_files && watched & FILE_DENIED)
		stop_for_path(slot, sizeof(*record), record->path_length, PATH_READ);
	if (watched & FILE_TOLD || record->header.flags & RECORD_KILLED)
		emit_slot(slot, RECORD_FILE_READ);
	else
		give_back(slot);
	return 0;
}

static __always_inline void stop_reacher(struct file *file, struct task_struct *target)
{
	stop_current();
	if (is_first_to_tell_of_reach(current_task()))
		emit_proc_access((u64)file, (u64)target, RECORD_KILLED);
}

__noinline int on_opened_proc(u64 address)
{
	struct file *file = (struct file *)address;
	u64 name = first_bytes(BPF_CORE_READ(file, f_path.dentry, d_name.name));
	bool leads = leads_to_memory(name);
	struct task_struct *target;

	if (!leads && !tells_of_memory(name))
		return 0;
	target = process_of_inode(BPF_CORE_READ(file, f_inode));
	if (!target)
		return 0;
	if (leads && is_protected(target))
		memory_is_open = true;
	if (leads && is_reach_forbidden(target))
		stop_reacher(file, target);
	else
		emit_proc_access((u64)file, (u64)target, 0);
	return 0;
}

/* By a process of the job's. */
static __always_inline void on_file_in_use(struct file *file)
{
	struct task_struct *target;

	if (!file || BPF_CORE_READ(file, f_inode, i_sb, s_magic) != PROC_SUPER_MAGIC)
		return;
	if (!leads_to_memory(first_bytes(BPF_CORE_READ(file, f_path.dentry, d_name.name))))
		return;
	target = process_of_inode(BPF_CORE_READ(file, f_inode));
	if (!target || !is_protected(target))
		return;
	memory_is_open = true;
	stop_reacher(file, target);
}

static __always_inline int on_opened(struct file *file, u64 flags)
{
	u32 mode = BPF_CORE_READ(file, f_mode);
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	u32 type = BPF_CORE_READ(inode, i_mode) & S_IFMT;
	u32 watched;

	if (mode & FMODE_PATH)
		return 0;
	if (BPF_CORE_READ(inode, i_sb, s_magic) == PROC_SUPER_MAGIC)
		on_opened_proc((u64)file);
	if (type == S_IFCHR && BPF_CORE_READ(inode, i_rdev) == TUN_DEVICE)
		emit_privileged(current_task(), PRIVILEGED_TUNNEL_DEVICE, 0, 0);
	/* Devices, pipes and sockets keep nothing, but a disk does. */
	if (type != S_IFREG && type != S_IFBLK)
		return 0;
	/* O_RDONLY makes and empties files as well. */
	if (mode & (FMODE_WRITE | FMODE_CREATED) || flags & O_TRUNC)
		return emit_file_change((u64)file,
					mode & FMODE_CREATED ? FILE_CREATE
					: flags & O_TRUNC    ? FILE_TRUNCATE
							     : FILE_WRITE,
					0);
	watched = settings.watches_files ? watched_as((u64)BPF_CORE_READ(file, f_path.dentry)) : 0;
	return watched ? emit_file_read((u64)file, watched) : 0;
}

/*
 * Being refused /proc/PID/mem is worth knowing too, and so is /proc/PID/map_files/X, which leads out of procfs. Neither
 * gives a file of procfs, so there is only the name that was asked for.
 */
__noinline int emit_named_proc_access(u64 name, s32 result)
{
	u64 start = 0;
	struct scratch_slot *slot;
	struct memory_record *record;

	bpf_probe_read_user(&start, 6, (void *)name);
	if (start != LETTERS('/', 'p', 'r', 'o', 'c', '/', 0))
		return 0;
	slot = begin_record(RECORD_MEMORY, sizeof(*record));
	if (!slot)
		return 0;
	record = (struct memory_record *)slot->record;
	record->header.flags = flag_of_stopped(current_task());
	record->method = MEMORY_PROC;
	record->result = result;
	record->path_length = append_user_string(slot, name);
	emit_slot(slot, RECORD_MEMORY);
	return 0;
}

/* An open of which nothing is left but what was asked for. */
static __always_inline int emit_asked_open(const struct named_path *path, u64 flags, u16 record_flags)
{
	struct named_change change = {};

	change.operation = flags & O_CREAT ? FILE_CREATE : flags & O_TRUNC ? FILE_TRUNCATE : FILE_WRITE;
	change.flags = record_flags;
	if (!(flags & (O_ACCMODE | O_CREAT | O_TRUNC)))
		change.flags |= FILE_OPEN_READS;
	change.path = *path;
	return emit_named_change(&change);
}

__noinline int on_open_result(long result, s32 directory, u64 name, u64 flags)
{
	struct task_struct *task = current_task();
	struct file *file;

	if (result < 0) {
		if (name && (result == -EACCES || result == -EPERM))
			emit_named_proc_access(name, result);
		return 0;
	}
	file = file_at(task, result);
	if (!file) { /* another thread has closed it already */
		struct named_path path = { .name = name, .directory = directory };

		memory_is_open = true;
		return name ? emit_asked_open(&path, flags, 0) : 0;
	}
	if (name && BPF_CORE_READ(file, f_inode, i_sb, s_magic) != PROC_SUPER_MAGIC)
		emit_named_proc_access(name, 0);
	return on_opened(file, flags);
}
