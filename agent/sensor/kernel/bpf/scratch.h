/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/* Building a record of varying length: take a slot, append strings, emit, give the slot back. */
#pragma once

#include "identity.h"

#define MAX_SLOTS 4
#define NO_SLOT 0xffffffffU /* no map is that large */
#define MAX_COMPONENTS 2048 /* as many as PATH_MAX has room for */
#define OLD_MAX_COMPONENTS 128

#define S_IFMT 0170000
#define S_IFREG 0100000
#define S_IFSOCK 0140000
#define S_IFBLK 0060000
#define S_IFCHR 0020000

/* Keeps the compiler from proving a bound that the verifier then no longer sees. */
#define forget(value) asm volatile("" : "+r"(value))

/* A test builds the program without it, as older kernels see it. */
#ifdef WITHOUT_LOOP_HELPER
#define has_loop_helper() false
#else
#define has_loop_helper() bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop)
#endif

/*
 * Calls a function until it returns 1. Linux 5.17 has a helper for it, whose body the verifier looks at once; before, it
 * walks through every turn of a loop, so there can be fewer.
 */
#define repeat(turns, old_turns, function, context)                                                           \
	do {                                                                                                  \
		if (has_loop_helper()) {                                                                      \
			bpf_loop(turns, function, context, 0);                                                \
		} else {                                                                                      \
			for (u32 turn = 0; turn < (old_turns); turn++)                                        \
				if (function(turn, context))                                                  \
					break;                                                                \
		}                                                                                             \
	} while (0)

#define LETTERS(a, b, c, d, e, f, g)                                                                          \
	((u64)(a) | (u64)(b) << 8 | (u64)(c) << 16 | (u64)(d) << 24 | (u64)(e) << 32 | (u64)(f) << 40 | (u64)(g) << 48)

static __always_inline struct scratch_slot *slot_at(u32 index)
{
	return bpf_map_lookup_elem(&scratch, &index);
}

/* A free slot of this processor, or NULL: then the event is counted as lost. */
static __always_inline struct scratch_slot *take_slot(void)
{
	u32 first = bpf_get_smp_processor_id() * settings.scratch_slots;

	for (u32 i = 0; i < MAX_SLOTS; i++) {
		struct scratch_slot *slot;

		if (i >= settings.scratch_slots)
			break;
		slot = slot_at(first + i);
		if (slot && !slot->busy) {
			slot->busy = 1;
			slot->index = first + i;
			return slot;
		}
	}
	return NULL;
}

/* The index of a slot whose record says what it is and whose; NO_SLOT where none is free. */
__noinline u32 take_record(u32 kind)
{
	struct scratch_slot *slot = take_slot();

	if (!slot)
		return NO_SLOT;
	fill_header((struct record_header *)slot->record, kind, current_task());
	return slot->index;
}

/* Clears the rest of the record's fixed part, which strings then follow. */
static __always_inline struct scratch_slot *begin_record(u32 kind, u32 size)
{
	struct scratch_slot *slot = slot_at(take_record(kind));

	if (!slot) {
		count(&shared.counters.scratch_busy[kind]);
		return NULL;
	}
	__builtin_memset(slot->record + sizeof(struct record_header), 0, size - sizeof(struct record_header));
	slot->used = size;
	return slot;
}

static __always_inline void give_back(struct scratch_slot *slot)
{
	slot->busy = 0;
}

/* Writes the record and gives the slot back. */
static __always_inline void emit_slot(struct scratch_slot *slot, u32 kind)
{
	u64 size = slot->used;

	forget(size);
	if (size > RECORD_MAX)
		size = RECORD_MAX;
	emit(slot->record, size, kind);
	give_back(slot);
}

struct path_walk {
	struct scratch_slot *slot;
	struct mount *mount;
	struct dentry *dentry;
	void *namespace; /* the mounts that the process sees */
	bool above_mounts;
	bool complete;
};

/*
 * Goes on from the root of a mount. A mount that no namespace of the process holds (open_tree, fsmount, umount -l) has
 * nothing above it; then the path is that within its file system, so that a copy of /etc does not pass for `/`.
 */
static __always_inline long leave_mount(struct path_walk *walk)
{
	struct mount *mount = walk->mount;
	struct mount *above = BPF_CORE_READ(mount, mnt_parent);

	if (above != mount) {
		walk->dentry = BPF_CORE_READ(mount, mnt_mountpoint);
		walk->mount = above;
		return 0;
	}
	walk->complete = BPF_CORE_READ(mount, mnt_ns) == walk->namespace;
	walk->above_mounts = true;
	return walk->complete;
}

/* Takes one name in front of what is in slot->path, or goes up to the mount above. Returns 1 at the end. */
static long take_component(u32 step, void *context)
{
	struct path_walk *walk = context;
	struct scratch_slot *slot = walk->slot;
	struct mount *mount = walk->mount;
	struct dentry *dentry = walk->dentry;
	struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
	const unsigned char *name;
	u32 length, start;

	if (!walk->above_mounts && dentry == BPF_CORE_READ(mount, mnt.mnt_root))
		return leave_mount(walk);
	if (walk->above_mounts && dentry == parent) {
		walk->complete = true;
		return 1;
	}
	name = BPF_CORE_READ(dentry, d_name.name);
	length = BPF_CORE_READ(dentry, d_name.len) & (NAME_MAX - 1);
	/* Kept in the slot and not in a register, whose every value the verifier would follow. */
	start = slot->path_start;
	if (start < length + 3) /* a slash before it, a `?` before that, and never the whole buffer */
		return 1;
	start -= length;
	bpf_probe_read_kernel(&slot->path[start & (PATH_MAX - 1)], length, name);
	if (dentry == parent) { /* belongs to no directory: memfd:…, pipe:… */
		slot->path_start = start;
		walk->complete = true;
		return 1;
	}
	start -= 1;
	slot->path[start & (PATH_MAX - 1)] = '/';
	slot->path_start = start;
	walk->dentry = parent;
	return 0;
}

/*
 * Writes the absolute path of (mount, dentry) into slot->path, from its end backwards, and returns where it starts. Walks
 * dentries up to the root of the mount, then on from the mount point, as d_path() does (fs/d_path.c). Where the upper part
 * found no room the path begins with `?`. A function of its own so that the verifier looks at it once.
 */
__noinline int build_path(u32 index, u64 vfsmount, u64 leaf)
{
	struct path_walk walk = {};
	u32 start;

	walk.slot = slot_at(index);
	if (!walk.slot)
		return PATH_MAX;
	walk.mount = (void *)(vfsmount - bpf_core_field_offset(struct mount, mnt));
	walk.dentry = (void *)leaf;
	walk.namespace = BPF_CORE_READ(current_task(), nsproxy, mnt_ns);
	walk.slot->path_start = PATH_MAX;
	repeat(MAX_COMPONENTS, OLD_MAX_COMPONENTS, take_component, &walk);
	start = walk.slot->path_start;
	if (!walk.complete) {
		start -= 1;
		walk.slot->path[start & (PATH_MAX - 1)] = '?';
	}
	return start;
}

/* Each append returns the length of what it added to the record. */

static __always_inline u32 append_path(struct scratch_slot *slot, struct path *path)
{
	u32 start = build_path(slot->index, (u64)path->mnt, (u64)path->dentry);
	u32 length = (PATH_MAX - start) & (PATH_MAX - 1);
	u32 used = slot->used & (RECORD_MAX - 1);

	if (length == 0) {
		slot->record[used] = '/';
		slot->used = used + 1;
		return 1;
	}
	forget(length);
	length &= PATH_MAX - 1;
	bpf_probe_read_kernel(&slot->record[used], length, &slot->path[start & (PATH_MAX - 1)]);
	slot->used = used + length;
	return length;
}

static __always_inline u32 append_file_path(struct scratch_slot *slot, struct file *file)
{
	struct path path;

	bpf_core_read(&path, sizeof(path), &file->f_path);
	return append_path(slot, &path);
}

static __always_inline u32 append_user_string(struct scratch_slot *slot, u64 address)
{
	u32 used = slot->used & (RECORD_MAX - 1);
	long length = bpf_probe_read_user_str(&slot->record[used], PATH_MAX, (void *)address);

	if (length <= 1)
		return 0;
	length -= 1;
	slot->used = used + length;
	return length;
}

static __always_inline u32 append_kernel_string(struct scratch_slot *slot, const void *address)
{
	u32 used = slot->used & (RECORD_MAX - 1);
	long length = bpf_probe_read_kernel_str(&slot->record[used], PATH_MAX, address);

	if (length <= 1)
		return 0;
	length -= 1;
	slot->used = used + length;
	return length;
}

/* The open file with this number, or NULL. */
static __always_inline struct file *file_at(struct task_struct *task, u32 descriptor)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files;
	struct file *file = NULL;

	if (descriptor >= BPF_CORE_READ(table, max_fds))
		return NULL;
	files = BPF_CORE_READ(table, fd);
	bpf_probe_read_kernel(&file, sizeof(file), &files[descriptor]);
	return file;
}
