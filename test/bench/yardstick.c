/*
 * What the machine allows: reads an Nginx access log (combined, with or without ` rt=$request_time …` behind it), finds
 * every field of every line, and counts by second and status class, by status, by path without its query (exactly), and
 * request times in a histogram a second. Prints its sums as one JSON object, so that they can be compared.
 *
 *   cc -O3 -march=native -o yardstick yardstick.c && ./yardstick access.log
 *
 * It knows one format and trusts it: nobody should watch a site with it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "yardstick-clock.h"
#if defined(__AVX2__)
#include <immintrin.h>
#endif

enum {
  READ_BYTES = 256 * 1024,
  BLOCK = 64,
  QUOTES_MAX = 32,
  SECONDS_MAX = 1 << 16, /* of event time; more is an error */
  STATUS_MAX = 600,
  PATHS_MAX = 1 << 17, /* slots, half of them used at most */
  STEPS_A_DOUBLING = 8,
  BUCKETS = 32 * STEPS_A_DOUBLING
};

struct second {
  uint32_t classes[STATUS_MAX / 100];
  uint64_t bytes;
  uint32_t times[BUCKETS];
};

struct path {
  uint64_t hash;
  const char *text;
  uint32_t length;
  uint32_t count;
};

struct field {
  const char *at;
  size_t length;
};

static struct second *seconds;
static struct path *paths;
static uint64_t statuses[STATUS_MAX];
static uint64_t lines, unfit, bodies, path_count, touched;
static int64_t first_second = -1, last_second = -1;

static inline uint64_t mixed(uint64_t a, uint64_t b) {
  __uint128_t product = (__uint128_t)a * b;
  return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Eight bytes a step; the last step reads at most the end again, within the line. */
static inline uint64_t hash_of(const char *at, size_t length) {
  const uint64_t first = 0x9e3779b97f4a7c15u, second = 0xbf58476d1ce4e5b9u; /* the constants of SplitMix64 */
  uint64_t hash = length * first, word;
  for (; length >= 8; at += 8, length -= 8) {
    memcpy(&word, at, 8);
    hash = mixed(hash ^ word, second);
  }
  memcpy(&word, at, 8);
  if (length > 0) hash = mixed(hash ^ (word << (64 - 8 * length)), first);
  return hash | 1;
}

static inline void count_path(struct field path) {
  const char *query = path.at, *end = path.at + path.length;
  while (query < end && *query != '?') query++;
  uint32_t length = (uint32_t)(query - path.at);
  uint64_t hash = hash_of(path.at, length);
  size_t slot = hash >> 47 & (PATHS_MAX - 1);
  for (; paths[slot].hash != 0; slot = (slot + 1) & (PATHS_MAX - 1)) {
    struct path *known = &paths[slot];
    if (known->hash == hash && known->length == length && memcmp(known->text, path.at, length) == 0) {
      known->count++;
      return;
    }
  }
  if (++path_count > PATHS_MAX / 2) exit(4);
  char *kept = malloc(length);
  memcpy(kept, path.at, length);
  paths[slot] = (struct path){hash, kept, length, 1};
}

/* In milliseconds; eight steps a doubling are a relative error of at most 1/16. */
static inline void count_time(struct second *second, const char *at) {
  uint32_t whole = 0;
  for (; digit(at) < 10; at++) whole = whole * 10 + digit(at);
  uint32_t value = whole * 1000 + digit(at + 1) * 100 + digit(at + 2) * 10 + digit(at + 3) + 1;
  int doubling = 31 - __builtin_clz(value);
  uint32_t step = (doubling >= 3 ? value >> (doubling - 3) : value << (3 - doubling)) & (STEPS_A_DOUBLING - 1);
  second->times[doubling * STEPS_A_DOUBLING + step]++;
}

/* `"GET /path HTTP/1.1"`, or whatever a client sent instead: then all of it is the path. */
static inline void split_request(const char *at, const char *end, struct field parts[3]) {
  const char *gap = at, *last = end;
  while (gap < end && *gap != ' ') gap++;
  parts[0] = (struct field){at, (size_t)(gap - at)};
  if (gap == end) {
    parts[0].length = 0;
    parts[1] = (struct field){at, (size_t)(end - at)};
    parts[2] = (struct field){end, 0};
    return;
  }
  while (last > gap + 1 && *last != ' ') last--;
  if (last == gap + 1) last = end;
  parts[1] = (struct field){gap + 1, (size_t)(last - gap - 1)};
  parts[2] = (struct field){last, (size_t)(end - last)};
}

/* Quotes stand before and after request, referer and agent; all else lies at known distances from them. */
static inline int take_line(const char *line, const char *end, const char *const *quotes, int quote_count) {
  if (quote_count < 6 || quotes[0] - line < STAMP_BYTES + 8) return 0;
  const char *stamp = quotes[0] - STAMP_BYTES - 2;
  if (stamp[-1] != '[') return 0;
  const char *gap = line;
  while (*gap != ' ') gap++;
  const char *status_at = quotes[1] + 2;
  unsigned status = digit(status_at) * 100 + digit(status_at + 1) * 10 + digit(status_at + 2);
  if (status >= STATUS_MAX) return 0;
  uint64_t body = 0;
  for (const char *at = status_at + 4; digit(at) < 10; at++) body = body * 10 + digit(at);
  struct field request[3];
  split_request(quotes[0] + 1, quotes[1], request);

  int64_t second = second_of(stamp);
  if (first_second < 0) first_second = second;
  if (second < first_second || second - first_second >= SECONDS_MAX) exit(3);
  if (second > last_second) last_second = second;
  struct second *counted = &seconds[second - first_second];
  counted->classes[status / 100]++;
  counted->bytes += body;
  statuses[status]++;
  bodies += body;
  lines++;
  count_path(request[1]);
  const char *rest = quotes[5] + 1;
  if (end - rest > 8 && memcmp(rest, " rt=", 4) == 0) count_time(counted, rest + 4);
  /* What is found and not counted must not be optimised away. */
  touched += (size_t)(gap - line) + (size_t)(stamp - gap) + request[0].length + request[2].length;
  touched += (size_t)(quotes[3] - quotes[2]) + (size_t)(quotes[5] - quotes[4]) + (size_t)(end - rest);
  return 1;
}

/* A bit for each of 64 bytes: is it a quote, is it a line's end? */
static inline void mark(const char *at, uint64_t *quotes, uint64_t *ends) {
#if defined(__AVX512BW__)
  __m512i block = _mm512_loadu_si512(at);
  *quotes = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('"'));
  *ends = _mm512_cmpeq_epi8_mask(block, _mm512_set1_epi8('\n'));
#elif defined(__AVX2__)
  *quotes = *ends = 0;
  for (int half = 0; half < BLOCK; half += 32) {
    __m256i block = _mm256_loadu_si256((const __m256i *)(at + half));
    __m256i quote = _mm256_cmpeq_epi8(block, _mm256_set1_epi8('"'));
    __m256i end = _mm256_cmpeq_epi8(block, _mm256_set1_epi8('\n'));
    *quotes |= (uint64_t)(uint32_t)_mm256_movemask_epi8(quote) << half;
    *ends |= (uint64_t)(uint32_t)_mm256_movemask_epi8(end) << half;
  }
#else
  *quotes = *ends = 0;
  for (int i = 0; i < BLOCK; i++) {
    *quotes |= (uint64_t)(at[i] == '"') << i;
    *ends |= (uint64_t)(at[i] == '\n') << i;
  }
#endif
}

/* Gives the beginning of the line that is not complete. */
static const char *take_lines(char *from, char *to) {
  const char *quotes[QUOTES_MAX];
  int count = 0;
  const char *line = from;
  memset(to, 0, BLOCK);
  for (const char *block = from; block < to; block += BLOCK) {
    uint64_t quote_bits, end_bits;
    mark(block, &quote_bits, &end_bits);
    for (; end_bits != 0; end_bits &= end_bits - 1) {
      uint64_t before = quote_bits & ((end_bits & -end_bits) - 1);
      quote_bits ^= before;
      for (; before != 0; before &= before - 1)
        if (count < QUOTES_MAX) quotes[count++] = block + __builtin_ctzll(before);
      const char *end = block + __builtin_ctzll(end_bits);
      if (!take_line(line, end, quotes, count)) unfit++;
      line = end + 1;
      count = 0;
    }
    for (; quote_bits != 0; quote_bits &= quote_bits - 1)
      if (count < QUOTES_MAX) quotes[count++] = block + __builtin_ctzll(quote_bits);
  }
  return line;
}

static void print_sums(void) {
  uint64_t used = 0, times = 0;
  struct path *top = &paths[0];
  for (int64_t i = 0; first_second >= 0 && i <= last_second - first_second; i++) {
    uint64_t here = 0;
    for (int class = 0; class < STATUS_MAX / 100; class++) here += seconds[i].classes[class];
    if (here == 0) continue;
    used++;
    for (int bucket = 0; bucket < BUCKETS; bucket++) times += seconds[i].times[bucket];
  }
  for (size_t slot = 0; slot < PATHS_MAX; slot++)
    if (paths[slot].count > top->count) top = &paths[slot];
  printf("{\"lines\":%lu,\"unfit\":%lu,\"seconds\":%lu,\"times\":%lu,\"bodies\":%lu,\"paths\":%lu,", lines, unfit, used,
         times, bodies, path_count);
  printf("\"topCount\":%u,\"touched\":%lu,\"statuses\":{", top->count, touched);
  const char *comma = "";
  for (int status = 0; status < STATUS_MAX; status++) {
    if (statuses[status] == 0) continue;
    printf("%s\"%03d\":%lu", comma, status, statuses[status]);
    comma = ",";
  }
  printf("}}\n");
}

int main(int count, char **given) {
  int file = count == 2 ? open(given[1], O_RDONLY) : -1;
  if (file < 0) {
    perror("yardstick FILE");
    return 1;
  }
  posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
  /* Pages that are never touched cost nothing. */
  seconds = calloc(SECONDS_MAX, sizeof *seconds);
  paths = calloc(PATHS_MAX, sizeof *paths);
  char *buffer = aligned_alloc(4096, 2 * READ_BYTES + 4096);
  size_t kept = 0;
  ssize_t got;
  while ((got = read(file, buffer + kept, READ_BYTES)) > 0) {
    char *end = buffer + kept + got;
    const char *left = take_lines(buffer, end);
    kept = (size_t)(end - left);
    if (kept > READ_BYTES) return 2;
    memmove(buffer, left, kept);
  }
  print_sums();
  return 0;
}
