package io.abraxas.server.broker;

import io.netty.util.collection.LongObjectHashMap;
import java.util.function.Consumer;

/**
 * All jobs by the number in their handle.
 *
 * <p>Numbers are given out in sequence, so jobs lie in pages of consecutive numbers: looking one up
 * is a look at a small map and an index, neighbours share cache lines, and a page goes when its
 * last job does. A single old job costs a page of {@value #PAGE} references.
 */
final class JobTable {
  private static final int PAGE_SHIFT = 6;
  static final int PAGE = 1 << PAGE_SHIFT;

  private static final int MIN_SHRINK = 1024;

  /** Spreads consecutive page numbers: the map probes linearly and would make one long run. */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private LongObjectHashMap<Page> pages = new LongObjectHashMap<>();
  private Page newest = new Page(-1);
  private int size;

  /** The most pages there were since the map was made. */
  private int most;

  private static final class Page {
    final long number;
    final Job[] jobs = new Job[PAGE];
    int count;

    Page(long number) {
      this.number = number;
    }
  }

  int size() {
    return size;
  }

  /** The job with this number, which may be any, or null. */
  Job get(long handle) {
    Page page = page(handle >>> PAGE_SHIFT);
    return page == null ? null : page.jobs[(int) handle & (PAGE - 1)];
  }

  void add(Job job) {
    long number = job.handle >>> PAGE_SHIFT;
    Page page = page(number);
    if (page == null) {
      page = new Page(number);
      pages.put(number * SPREAD, page);
      most = Math.max(most, pages.size());
      Page before = newest;
      newest = page;
      if (before.count == 0) {
        drop(before);
      }
    }
    page.jobs[(int) job.handle & (PAGE - 1)] = job;
    page.count++;
    size++;
  }

  void remove(Job job) {
    Page page = page(job.handle >>> PAGE_SHIFT);
    page.jobs[(int) job.handle & (PAGE - 1)] = null;
    size--;
    if (--page.count == 0 && page != newest) {
      drop(page);
    }
  }

  private void drop(Page page) {
    pages.remove(page.number * SPREAD);
    if (most > MIN_SHRINK && pages.size() < most / 8) {
      // The map never shrinks by itself.
      LongObjectHashMap<Page> smaller = new LongObjectHashMap<>(most / 4);
      smaller.putAll(pages);
      pages = smaller;
      most = pages.size();
    }
  }

  /** Every job, in no particular order. */
  void forEach(Consumer<Job> action) {
    for (Page page : pages.values()) {
      for (Job job : page.jobs) {
        if (job != null) {
          action.accept(job);
        }
      }
    }
  }

  private Page page(long number) {
    return number == newest.number ? newest : pages.get(number * SPREAD);
  }
}
