package io.abraxas.vertx;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Rows of the admin protocol as values; rows with too few columns are left out. */
final class AdminReplies {
  private AdminReplies() {}

  /** {@code OK 1.2.3} without the OK. */
  static String afterOk(List<String> lines) {
    String line = lines.get(0);
    return line.startsWith("OK ") ? line.substring(3) : line;
  }

  static List<FunctionStatus> status(List<AdminImpl.Answer> all) {
    TreeMap<String, FunctionStatus> sums = new TreeMap<>();
    for (AdminImpl.Answer answer : all) {
      for (String[] row : rows(answer, 4)) {
        FunctionStatus status =
            new FunctionStatus(row[0], Numbers.of(row[1]), Numbers.of(row[2]), Numbers.of(row[3]));
        sums.merge(
            row[0],
            status,
            (a, b) ->
                new FunctionStatus(
                    a.function(),
                    a.total() + b.total(),
                    a.running() + b.running(),
                    a.workers() + b.workers()));
      }
    }
    return List.copyOf(sums.values());
  }

  static List<FunctionPriorityStatus> priorityStatus(List<AdminImpl.Answer> all) {
    TreeMap<String, FunctionPriorityStatus> sums = new TreeMap<>();
    for (AdminImpl.Answer answer : all) {
      for (String[] row : rows(answer, 5)) {
        FunctionPriorityStatus status =
            new FunctionPriorityStatus(
                row[0],
                Numbers.of(row[1]),
                Numbers.of(row[2]),
                Numbers.of(row[3]),
                Numbers.of(row[4]));
        sums.merge(
            row[0],
            status,
            (a, b) ->
                new FunctionPriorityStatus(
                    a.function(),
                    a.high() + b.high(),
                    a.normal() + b.normal(),
                    a.low() + b.low(),
                    a.workers() + b.workers()));
      }
    }
    return List.copyOf(sums.values());
  }

  /** {@code FD IP ID : F F F}. */
  static List<ConnectedPeer> workers(List<AdminImpl.Answer> all) {
    List<ConnectedPeer> peers = new ArrayList<>();
    for (AdminImpl.Answer answer : all) {
      for (String line : answer.lines()) {
        int colon = line.indexOf(" :");
        String[] head = colon < 0 ? new String[0] : line.substring(0, colon).split(" ", 3);
        if (head.length == 3) {
          String functions = line.substring(colon + 2).trim();
          peers.add(
              new ConnectedPeer(
                  answer.server(),
                  (int) Numbers.of(head[0]),
                  head[1],
                  head[2].equals("-") ? null : head[2],
                  functions.isEmpty() ? List.of() : List.of(functions.split(" +"))));
        }
      }
    }
    return List.copyOf(peers);
  }

  static List<QueuedJob> jobs(List<AdminImpl.Answer> all) {
    List<QueuedJob> jobs = new ArrayList<>();
    for (AdminImpl.Answer answer : all) {
      for (String[] row : rows(answer, 4)) {
        jobs.add(
            new QueuedJob(
                answer.server(),
                row[0],
                Numbers.of(row[1]),
                Numbers.of(row[2]) != 0,
                Numbers.of(row[3]) != 0));
      }
    }
    return List.copyOf(jobs);
  }

  static List<UniqueJob> uniqueJobs(List<AdminImpl.Answer> all) {
    List<UniqueJob> jobs = new ArrayList<>();
    for (AdminImpl.Answer answer : all) {
      answer.lines().forEach(line -> jobs.add(new UniqueJob(answer.server(), line)));
    }
    return List.copyOf(jobs);
  }

  static List<JobSchedule> schedules(List<AdminImpl.Answer> all) {
    List<JobSchedule> schedules = new ArrayList<>();
    for (AdminImpl.Answer answer : all) {
      for (String[] row : rows(answer, 4)) {
        schedules.add(new JobSchedule(answer.server(), row[0], row[1], row[2], row[3]));
      }
    }
    return List.copyOf(schedules);
  }

  private static List<String[]> rows(AdminImpl.Answer answer, int columns) {
    return answer.lines().stream()
        .map(line -> line.split("\t", -1))
        .filter(row -> row.length >= columns)
        .toList();
  }
}
