/* The interface of the kernel, which is the same for every width of vectors. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t i32;
typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef float f32;
typedef double f64;

/* The memory that a call works in, and the flag that stops it. */
typedef struct {
  char *memory;
  u64 bytes;
  /* Set by another thread; NULL if the call cannot be stopped. */
  const volatile i32 *stop;
  /* Operations since the flag was last read. */
  u64 work;
  bool is_stopped;
} Kernel;

/* Everything in memory starts on a cache line. */
#define LINE 64

typedef struct {
  const char *name;
  u32 (*call)(Kernel *k, u32 a, u32 b, u32 c);
} Function;

/* The functions of each native variant; the last one has no name. */
extern const Function kernel_sse4[], kernel_avx2[], kernel_avx512[], kernel_neon[];

#endif
