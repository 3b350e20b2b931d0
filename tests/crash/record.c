/* Preloaded into the program under test: records in order, from all threads, what it does to the files below a folder, and
 * what it says; and breaks off, or breaks faith, where it is told to.
 *
 *   CRASH_FOLDER     the folder whose files are meant; without it nothing is done
 *   CRASH_RECORD     the file that records are appended to
 *   CRASH_KILL_AT    n: the nth of these calls ends the program as `kill -9` does; a write stops at its first page boundary
 *   CRASH_SWALLOW    set: no sync is made, and each says that it was
 *   CRASH_ACK_AHEAD  n: where the program says `committed N`, it says N + n: an acknowledgement before its time
 *
 * A record is 32 bytes in the machine's order (kind, flags, inode, offset, size) and as many bytes of data as it says.
 * Whatever could change a file and is not recorded ends the program with a sentence, so that no change is ever missed.
 * `-shm` files are left out: SQLite shares memory between processes there, never syncs it, and makes it anew from the log
 * when the first process opens the store; nothing in it is meant to outlive the processes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum kind { OPEN = 'o', WRITE = 'w', LENGTH = 't', SYNC = 's', SYNC_ALL = 'S', RENAME = 'r', UNLINK = 'u', LINK = 'l',
            MKDIR = 'm', CLOSE = 'c', SAY = 'a' };
enum { CREATED = 1, TRUNCATED = 2 };

struct head {
    uint32_t kind, flags;
    uint64_t inode, offset, size;
};

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static const char *folder;
static size_t folder_length;
static int record = -1, swallow;
static unsigned long calls, kill_at, ack_ahead;

/* The function of that name in the C library. */
#define REAL(name) ((__typeof__(&name))next(#name))

static void *next(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (!found) abort();
    return found;
}

static unsigned long number(const char *name) {
    const char *value = getenv(name);
    return value ? strtoul(value, NULL, 10) : 0;
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("CRASH_RECORD");
    folder = getenv("CRASH_FOLDER");
    if (!folder) return;
    folder_length = strlen(folder);
    swallow = getenv("CRASH_SWALLOW") != NULL;
    kill_at = number("CRASH_KILL_AT");
    ack_ahead = number("CRASH_ACK_AHEAD");
    if (path && (record = REAL(open64)(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600)) < 0) abort();
}

static int is_ours(const char *path) {
    return folder && strncmp(path, folder, folder_length) == 0 && (path[folder_length] == '/' || !path[folder_length])
        && !strstr(path, "-shm");
}

/* The path that a descriptor was opened by. */
static int descriptor_path(int fd, char *path) {
    char link[32];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
    return length >= 0;
}

static int is_our_descriptor(int fd) {
    char path[PATH_MAX];
    int before = errno;
    int is = folder && descriptor_path(fd, path) && is_ours(path);
    errno = before;
    return is;
}

/* A path from the root; 0 where it does not fit. */
static int absolute(int dir, const char *path, char *whole) {
    char base[PATH_MAX] = "";
    if (path[0] != '/') {
        int is_known = dir == AT_FDCWD ? getcwd(base, sizeof base) != NULL : descriptor_path(dir, base);
        if (!is_known) return 0;
    }
    return snprintf(whole, PATH_MAX, "%s%s%s", base, path[0] == '/' ? "" : "/", path) < PATH_MAX;
}

static int is_our_path(int dir, const char *path, char *whole) {
    int before = errno;
    int is = folder && path && absolute(dir, path, whole) && is_ours(whole);
    errno = before;
    return is;
}

static void refuse(const char *what) {
    fprintf(stderr, "record.c: the store uses %s, which is not recorded\n", what);
    abort();
}

static void die(void) {
    kill(getpid(), SIGKILL);
    for (;;) pause();
}

/* A call's turn: one at a time, so that the order of the record is that of the disk. */
static int take_turn(void) {
    pthread_mutex_lock(&turn);
    return ++calls == kill_at;
}

static void end_turn(void) {
    pthread_mutex_unlock(&turn);
}

static void note(enum kind kind, uint32_t flags, uint64_t inode, uint64_t offset, const void *data, size_t size) {
    if (record < 0) return;
    int before = errno;
    struct head head = {kind, flags, inode, offset, size};
    struct iovec parts[2] = {{&head, sizeof head}, {(void *)data, size}};
    if (REAL(writev)(record, parts, 2) != (ssize_t)(sizeof head + size)) refuse("a full disk for its record");
    errno = before;
}

static uint64_t inode_of(int fd) {
    struct stat found;
    int before = errno;
    uint64_t inode = fstat(fd, &found) == 0 ? found.st_ino : 0;
    errno = before;
    return inode;
}

/* Two paths below the folder, one after the other, each with its NUL. */
static void note_paths(enum kind kind, const char *from, const char *to) {
    char both[2 * PATH_MAX];
    size_t length = strlen(from) + 1;
    memcpy(both, from, length);
    strcpy(both + length, to);
    note(kind, 0, 0, 0, both, length + strlen(to) + 1);
}

/* Opening */

static int open_at(int dir, const char *path, int flags, mode_t mode) {
    char whole[PATH_MAX];
    if (!is_our_path(dir, path, whole)) return REAL(openat64)(dir, path, flags, mode);
    if (flags & __O_TMPFILE & ~O_DIRECTORY) refuse("a file without a name");
    if (take_turn()) die();
    struct stat found;
    int was_there = lstat(whole, &found) == 0;
    int fd = REAL(openat64)(dir, path, flags, mode);
    if (fd >= 0) {
        uint32_t what = was_there ? 0 : CREATED;
        if (flags & O_TRUNC && was_there) what |= TRUNCATED;
        note(OPEN, what, inode_of(fd), 0, whole, strlen(whole));
    }
    end_turn();
    return fd;
}

#define MODE(flags, mode)                            \
    mode_t mode = 0;                                 \
    if ((flags) & (O_CREAT | __O_TMPFILE)) {         \
        va_list more;                                \
        va_start(more, flags);                       \
        mode = (mode_t)va_arg(more, unsigned);       \
        va_end(more);                                \
    }

int open(const char *path, int flags, ...) { MODE(flags, mode) return open_at(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags, mode) return open_at(AT_FDCWD, path, flags, mode); }
int openat(int dir, const char *path, int flags, ...) { MODE(flags, mode) return open_at(dir, path, flags, mode); }
int openat64(int dir, const char *path, int flags, ...) { MODE(flags, mode) return open_at(dir, path, flags, mode); }
int creat(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int close(int fd) {
    if (!is_our_descriptor(fd)) return REAL(close)(fd);
    if (take_turn()) die();
    uint64_t inode = inode_of(fd);
    int answer = REAL(close)(fd);
    note(CLOSE, 0, inode, 0, NULL, 0);
    end_turn();
    return answer;
}

/* Writing */

enum { PAGE = 4096 };

/* `offset` is -1 where the descriptor's own place counts. */
static ssize_t write_at(int fd, const void *data, size_t size, off64_t offset) {
    int is_cut = take_turn();
    off64_t place = offset >= 0 ? offset : lseek64(fd, 0, SEEK_CUR);
    if (is_cut) {
        size_t part = PAGE - (size_t)place % PAGE;
        if (part < size) offset >= 0 ? REAL(pwrite64)(fd, data, part, offset) : REAL(write)(fd, data, part);
        die();
    }
    ssize_t written = offset >= 0 ? REAL(pwrite64)(fd, data, size, offset) : REAL(write)(fd, data, size);
    if (written > 0) {
        /* A file that is appended to was written at its end, wherever the place was. */
        if (offset < 0) place = lseek64(fd, 0, SEEK_CUR) - written;
        note(WRITE, 0, inode_of(fd), (uint64_t)place, data, (size_t)written);
    }
    end_turn();
    return written;
}

/* What the program says to whoever started it; `committed N` runs ahead where that is asked for. */
static ssize_t say(int fd, const void *data, size_t size) {
    static const char word[] = "committed";
    char ahead[512];
    if (take_turn()) die();
    note(SAY, (uint32_t)fd, 0, 0, data, size);
    const char *found = ack_ahead ? memmem(data, size, word, sizeof word - 1) : NULL;
    ssize_t written;
    if (found && size < sizeof ahead - 32) {
        const char *end = (const char *)data + size, *digits = found + sizeof word - 1;
        while (digits < end && (*digits < '0' || *digits > '9')) digits++;
        const char *after = digits;
        unsigned long told = 0;
        while (after < end && *after >= '0' && *after <= '9') told = told * 10 + (unsigned long)(*after++ - '0');
        int length = snprintf(ahead, sizeof ahead, "%.*s%lu%.*s", (int)(digits - (const char *)data), (const char *)data,
                              told + ack_ahead, (int)(end - after), after);
        written = REAL(write)(fd, ahead, (size_t)length) == length ? (ssize_t)size : -1;
    } else {
        written = REAL(write)(fd, data, size);
    }
    end_turn();
    return written;
}

ssize_t write(int fd, const void *data, size_t size) {
    if (folder && (fd == STDOUT_FILENO || fd == STDERR_FILENO)) return say(fd, data, size);
    return is_our_descriptor(fd) ? write_at(fd, data, size, -1) : REAL(write)(fd, data, size);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t offset) {
    return is_our_descriptor(fd) ? write_at(fd, data, size, offset) : REAL(pwrite)(fd, data, size, offset);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t offset) {
    return is_our_descriptor(fd) ? write_at(fd, data, size, offset) : REAL(pwrite64)(fd, data, size, offset);
}

/* Parts are written as one: a call that is cut short is cut short anywhere. */
static ssize_t write_parts(int fd, const struct iovec *parts, int count, off64_t offset, int is_said) {
    size_t size = 0, filled = 0;
    for (int i = 0; i < count; i++) size += parts[i].iov_len;
    char *whole = malloc(size ? size : 1);
    if (!whole) abort();
    for (int i = 0; i < count; filled += parts[i++].iov_len) memcpy(whole + filled, parts[i].iov_base, parts[i].iov_len);
    ssize_t written = is_said ? say(fd, whole, size) : write_at(fd, whole, size, offset);
    int before = errno;
    free(whole);
    errno = before;
    return written;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
    if (folder && (fd == STDOUT_FILENO || fd == STDERR_FILENO)) return write_parts(fd, parts, count, -1, 1);
    return is_our_descriptor(fd) ? write_parts(fd, parts, count, -1, 0) : REAL(writev)(fd, parts, count);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    return is_our_descriptor(fd) ? write_parts(fd, parts, count, offset, 0) : REAL(pwritev)(fd, parts, count, offset);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
    return is_our_descriptor(fd) ? write_parts(fd, parts, count, offset, 0) : REAL(pwritev64)(fd, parts, count, offset);
}

int ftruncate64(int fd, off64_t length) {
    if (!is_our_descriptor(fd)) return REAL(ftruncate64)(fd, length);
    if (take_turn()) die();
    int answer = REAL(ftruncate64)(fd, length);
    if (answer == 0) note(LENGTH, 0, inode_of(fd), (uint64_t)length, NULL, 0);
    end_turn();
    return answer;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

/* Syncing */

static int sync_file(int fd, int (*real)(int)) {
    if (!is_our_descriptor(fd)) return real(fd);
    if (take_turn()) die();
    int answer = 0;
    if (!swallow && (answer = real(fd)) == 0) note(SYNC, 0, inode_of(fd), 0, NULL, 0);
    end_turn();
    return answer;
}

int fsync(int fd) { return sync_file(fd, REAL(fsync)); }
int fdatasync(int fd) { return sync_file(fd, REAL(fdatasync)); }

int syncfs(int fd) {
    if (!is_our_descriptor(fd)) return REAL(syncfs)(fd);
    if (take_turn()) die();
    int answer = 0;
    if (!swallow && (answer = REAL(syncfs)(fd)) == 0) note(SYNC_ALL, 0, 0, 0, NULL, 0);
    end_turn();
    return answer;
}

void sync(void) {
    if (!folder) {
        REAL(sync)();
        return;
    }
    if (take_turn()) die();
    if (!swallow) {
        REAL(sync)();
        note(SYNC_ALL, 0, 0, 0, NULL, 0);
    }
    end_turn();
}

/* Names */

static int rename_at(int from_dir, const char *from, int to_dir, const char *to, unsigned flags) {
    char whole_from[PATH_MAX], whole_to[PATH_MAX];
    int is_from = is_our_path(from_dir, from, whole_from), is_to = is_our_path(to_dir, to, whole_to);
    if (!is_from && !is_to) return REAL(renameat2)(from_dir, from, to_dir, to, flags);
    if (is_from != is_to || flags & RENAME_EXCHANGE) refuse("a rename in or out of its folder, or an exchange");
    if (take_turn()) die();
    int answer = REAL(renameat2)(from_dir, from, to_dir, to, flags);
    if (answer == 0) note_paths(RENAME, whole_from, whole_to);
    end_turn();
    return answer;
}

int rename(const char *from, const char *to) { return rename_at(AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int a, const char *from, int b, const char *to) { return rename_at(a, from, b, to, 0); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { return rename_at(a, from, b, to, flags); }

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags) {
    char whole_from[PATH_MAX], whole_to[PATH_MAX];
    int is_from = is_our_path(from_dir, from, whole_from), is_to = is_our_path(to_dir, to, whole_to);
    if (!is_from && !is_to) return REAL(linkat)(from_dir, from, to_dir, to, flags);
    if (is_from != is_to) refuse("a link in or out of its folder");
    if (take_turn()) die();
    int answer = REAL(linkat)(from_dir, from, to_dir, to, flags);
    if (answer == 0) note_paths(LINK, whole_from, whole_to);
    end_turn();
    return answer;
}

int link(const char *from, const char *to) { return linkat(AT_FDCWD, from, AT_FDCWD, to, 0); }

int unlinkat(int dir, const char *path, int flags) {
    char whole[PATH_MAX];
    if (!is_our_path(dir, path, whole)) return REAL(unlinkat)(dir, path, flags);
    if (take_turn()) die();
    int answer = REAL(unlinkat)(dir, path, flags);
    if (answer == 0) note(UNLINK, 0, 0, 0, whole, strlen(whole));
    end_turn();
    return answer;
}

int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int dir, const char *path, mode_t mode) {
    char whole[PATH_MAX];
    if (!is_our_path(dir, path, whole)) return REAL(mkdirat)(dir, path, mode);
    if (take_turn()) die();
    int answer = REAL(mkdirat)(dir, path, mode);
    struct stat found;
    if (answer == 0 && stat(whole, &found) == 0) note(MKDIR, 0, found.st_ino, 0, whole, strlen(whole));
    end_turn();
    return answer;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* What would escape the record */

void *mmap64(void *at, size_t size, int protection, int flags, int fd, off64_t offset) {
    if (fd >= 0 && flags & MAP_SHARED && protection & PROT_WRITE && is_our_descriptor(fd)) refuse("memory mapped for writing");
    return REAL(mmap64)(at, size, protection, flags, fd, offset);
}

void *mmap(void *at, size_t size, int protection, int flags, int fd, off_t offset) {
    return mmap64(at, size, protection, flags, fd, offset);
}

#define ESCAPES(name, fd, parameters, arguments)        \
    int name parameters {                               \
        if (is_our_descriptor(fd)) refuse(#name);       \
        return REAL(name) arguments;                    \
    }
#define ESCAPES_COUNTED(name, fd, parameters, arguments) \
    ssize_t name parameters {                           \
        if (is_our_descriptor(fd)) refuse(#name);       \
        return REAL(name) arguments;                    \
    }

ESCAPES(fallocate, fd, (int fd, int mode, off_t at, off_t size), (fd, mode, at, size))
ESCAPES(fallocate64, fd, (int fd, int mode, off64_t at, off64_t size), (fd, mode, at, size))
ESCAPES(posix_fallocate, fd, (int fd, off_t at, off_t size), (fd, at, size))
ESCAPES(posix_fallocate64, fd, (int fd, off64_t at, off64_t size), (fd, at, size))
ESCAPES_COUNTED(pwritev2, fd, (int fd, const struct iovec *parts, int count, off_t at, int flags), (fd, parts, count, at, flags))
ESCAPES_COUNTED(pwritev64v2, fd, (int fd, const struct iovec *parts, int count, off64_t at, int flags),
                (fd, parts, count, at, flags))
ESCAPES_COUNTED(copy_file_range, to, (int from, off64_t *at, int to, off64_t *place, size_t size, unsigned flags),
                (from, at, to, place, size, flags))
ESCAPES_COUNTED(sendfile, to, (int to, int from, off_t *at, size_t size), (to, from, at, size))
ESCAPES_COUNTED(sendfile64, to, (int to, int from, off64_t *at, size_t size), (to, from, at, size))
ESCAPES_COUNTED(splice, to, (int from, off64_t *at, int to, off64_t *place, size_t size, unsigned flags),
                (from, at, to, place, size, flags))

int truncate64(const char *path, off64_t length) {
    char whole[PATH_MAX];
    if (is_our_path(AT_FDCWD, path, whole)) refuse("truncate by a path");
    return REAL(truncate64)(path, length);
}

int truncate(const char *path, off_t length) { return truncate64(path, length); }

int symlinkat(const char *target, int dir, const char *path) {
    char whole[PATH_MAX];
    if (is_our_path(dir, path, whole)) refuse("a symbolic link");
    return REAL(symlinkat)(target, dir, path);
}

int symlink(const char *target, const char *path) { return symlinkat(target, AT_FDCWD, path); }
