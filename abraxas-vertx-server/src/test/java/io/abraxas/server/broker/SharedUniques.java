package io.abraxas.server.broker;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** The unique ids of several nodes, for tests: who claims one first has it. */
final class SharedUniques {
  private final List<Harness> nodes;
  private final Map<String, Claim> owners = new HashMap<>();
  private final List<Runnable> removals = new ArrayList<>();

  private record Claim(String incarnation, String name, long number) {}

  SharedUniques(List<Harness> nodes) {
    this.nodes = nodes;
    for (Harness node : nodes) {
      node.owners.forgotten =
          job -> {
            String key = key(job);
            Claim claim = claim(node, job.handle());
            removals.add(() -> owners.remove(key, claim));
          };
    }
  }

  /** What submits of the same unique id have in common. */
  static String key(Job job) {
    String id = job.isKeyedByPayload() ? "-" + Member.text(job.payload()) : Member.text(job.unique);
    return Member.text(job.functionName()) + " " + id;
  }

  private static Claim claim(Harness node, long handle) {
    int index = Origins.index(handle);
    return new Claim(
        node.origins.incarnation(index), node.origins.name(index), Origins.number(handle));
  }

  boolean isEmpty() {
    return owners.isEmpty();
  }

  /** Does one thing that is asked for, if there is any; false: there is nothing. */
  boolean answerOne(Random random) {
    if (!removals.isEmpty() && random.nextBoolean()) {
      removals.remove(random.nextInt(removals.size())).run();
      return true;
    }
    for (int i = 0, at = random.nextInt(nodes.size()); i < nodes.size(); i++, at++) {
      Harness node = nodes.get(at % nodes.size());
      List<Long> pending = node.owners.pending;
      if (!pending.isEmpty()) {
        long handle = pending.get(random.nextInt(pending.size()));
        node.owners.answer(handle, ownerOf(node, handle));
        return true;
      }
    }
    return !removals.isEmpty();
  }

  private Owner ownerOf(Harness node, long handle) {
    Job job = node.broker.ledger.jobs.get(handle);
    if (Origins.index(handle) != 0) {
      return place(node, claim(node, handle));
    }
    Claim own = claim(node, handle);
    Long gone = node.owners.replacing.get(handle);
    if (gone != null) {
      owners.replace(key(job), claim(node, gone), own);
    }
    Claim owner = owners.putIfAbsent(key(job), own);
    return owner == null || owner.equals(own) ? Owner.OURS : place(node, owner);
  }

  private static Owner place(Harness node, Claim owner) {
    int index = node.origins.enter(owner.name, owner.incarnation);
    long handle = Origins.handle(index, owner.number);
    return index == 0 ? Owner.here(handle, null) : Owner.elsewhere(handle, owner.incarnation, null);
  }
}
