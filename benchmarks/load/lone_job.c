/*
 * One job at a time through libgearman, as a program in C does it: prints quantiles of the latency.
 *
 * gcc -O2 -o lone_job lone_job.c -lgearman        (Debian: libgearman-dev)
 * lone_job HOST PORT SECONDS
 */
#include <libgearman/gearman.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { PAYLOAD_BYTES = 64, MAX_SAMPLES = 1 << 20 };

static double samples[MAX_SAMPLES];

static double micros(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

int main(int argc, char **argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: lone_job HOST PORT SECONDS\n");
    return 2;
  }
  gearman_client_st *client = gearman_client_create(NULL);
  if (gearman_client_add_server(client, argv[1], atoi(argv[2])) != GEARMAN_SUCCESS) {
    fprintf(stderr, "lone_job: %s\n", gearman_client_error(client));
    return 1;
  }
  char payload[PAYLOAD_BYTES] = {0};
  double start = micros(), warm = start + atof(argv[3]) / 3 * 1e6;
  double end = start + atof(argv[3]) * 1e6;
  int count = 0;
  for (double begin = start; begin < end && count < MAX_SAMPLES; begin = micros()) {
    size_t size;
    gearman_return_t result;
    free(gearman_client_do(client, "load", NULL, payload, sizeof payload, &size, &result));
    if (result != GEARMAN_SUCCESS || size != sizeof payload) {
      fprintf(stderr, "lone_job: %s\n", gearman_client_error(client));
      return 1;
    }
    if (begin >= warm) {
      samples[count++] = micros() - begin;
    }
  }
  qsort(samples, count, sizeof *samples, ascending);
  printf("%.0f jobs/s, p50 %.0f us, p99 %.0f us, 0 failed\n", count / ((end - warm) / 1e6),
         samples[count / 2], samples[(int)(count * 0.99)]);
  gearman_client_free(client);
  return 0;
}
