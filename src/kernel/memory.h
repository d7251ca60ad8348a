/*
 * The memory that a kernel works in, and the flag that stops it. The host passes one block of memory and
 * refers to places in it by their distance from its start, in bytes, which works for WebAssembly and for
 * native code alike. Here these references become pointers.
 */
#ifndef MEMORY_H
#define MEMORY_H

#include "vector.h"

/* Bytes from the start of the memory. */
typedef u32 ref;

/* Result of a call. */
typedef enum { DONE, STOPPED, OUT_OF_BOUNDS } Status;

/* Operations between two checks of the flag: a few milliseconds. */
#define WORK_BETWEEN_CHECKS (1 << 24)

#if defined(__wasm__)
/* The host reads the flag, because the module cannot reach the memory of another thread. */
__attribute__((import_module("host"), import_name("stopped"))) i32 host_stopped(void);
#endif

static bool stop_is_set(const Kernel *k) {
#if defined(__wasm__)
  (void)k;
  return host_stopped() != 0;
#else
  return k->stop && *k->stop != 0;
#endif
}

/* Counts work that is about to be done. @returns whether the call has been stopped */
INLINE bool stopped(Kernel *k, u64 work) {
  k->work += work;
  if (__builtin_expect(k->work >= WORK_BETWEEN_CHECKS, 0)) {
    k->work = 0;
    k->is_stopped = k->is_stopped || stop_is_set(k);
  }
  return k->is_stopped;
}

INLINE Status status_of(const Kernel *k) { return k->is_stopped ? STOPPED : DONE; }

/* The place of a reference; NULL if it does not lie within the memory. */
INLINE void *within(const Kernel *k, ref at, u64 bytes) {
  if (at == 0 || at % 4 != 0 || (u64)at + bytes > k->bytes) return NULL;
  return (void *)((uintptr_t)k->memory + at);
}

/* Allocates memory upwards from a place. With memory NULL it only counts the bytes that would be needed. */
typedef struct {
  char *memory;
  u64 next;
} Arena;

INLINE void *take(Arena *arena, u64 bytes) {
  void *at = (void *)((uintptr_t)arena->memory + (uintptr_t)arena->next);
  arena->next += (bytes + LINE - 1) / LINE * LINE;
  return at;
}

INLINE void clear(void *at, u64 bytes) { __builtin_memset(at, 0, bytes); }

/* As `clear`, for much memory: the call may be stopped meanwhile, and memory is slow when it is first used. */
static void clear_much(Kernel *k, char *at, u64 bytes) {
  for (u64 done = 0; done < bytes && !stopped(k, WORK_BETWEEN_CHECKS); done += WORK_BETWEEN_CHECKS / 4) {
    const u64 left = bytes - done;
    clear(at + done, left < WORK_BETWEEN_CHECKS / 4 ? left : WORK_BETWEEN_CHECKS / 4);
  }
}

#endif
