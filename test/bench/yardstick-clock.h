/* The stamps of Nginx access logs as seconds since 1970. */
#pragma once
#include <stdint.h>
#include <string.h>

enum { STAMP_BYTES = 26 }; /* 25/Nov/2026:05:22:42 +0000 */

static inline unsigned digit(const char *at) { return (unsigned char)*at - '0'; }
static inline unsigned two(const char *at) { return digit(at) * 10 + digit(at + 1); }

/* Days since 1970 by counting years from March, so that the leap day comes last. */
static int64_t days(int year, int month, int day) {
  int shifted = month > 2 ? month - 3 : month + 9;
  int64_t years = month > 2 ? year : year - 1;
  return years * 365 + years / 4 - years / 100 + years / 400 + (153 * shifted + 2) / 5 + day - 1 - 719468;
}

static int month_of(const char *name) {
  static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  for (int month = 0; month < 12; month++)
    if (memcmp(names + month * 3, name, 3) == 0) return month + 1;
  return 0;
}

/* Lines of one second have the same stamp, so the last one is kept. */
static inline int64_t second_of(const char *stamp) {
  static char last[STAMP_BYTES];
  static int64_t known;
  if (__builtin_expect(memcmp(last, stamp, STAMP_BYTES) == 0, 1)) return known;
  int64_t clock = two(stamp + 12) * 3600 + two(stamp + 15) * 60 + two(stamp + 18);
  int64_t zone = two(stamp + 22) * 3600 + two(stamp + 24) * 60;
  int year = (int)(two(stamp + 7) * 100 + two(stamp + 9));
  known = days(year, month_of(stamp + 3), (int)two(stamp)) * 86400 + clock + (stamp[21] == '-' ? zone : -zone);
  memcpy(last, stamp, STAMP_BYTES);
  return known;
}
