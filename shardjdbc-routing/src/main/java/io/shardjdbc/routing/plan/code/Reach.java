package io.shardjdbc.routing.plan.code;

import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.sql.ParsedSql;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a piece of users' code touches beside its arguments, with all that it calls.
 *
 * @param reads the tables it reads, by the names it has for them
 * @param writes the tables it writes
 * @param opaque why it may touch more than that, in words behind its name; null where it does not
 * @param statements its own statements
 * @param nested whether something that it calls touches tables
 * @param own whether each server would answer it with a value of its own, such as the time
 * @param counts the homes of sequences that number rows which it writes
 * @param unsteady a function that it calls which may give each copy of a table another value; null
 *     where there is none
 */
record Reach(
    Set<List<String>> reads,
    Set<List<String>> writes,
    @Nullable String opaque,
    List<ParsedSql> statements,
    boolean nested,
    boolean own,
    Set<ShardId> counts,
    @Nullable String unsteady) {

  /** Of what touches nothing. */
  static final Reach NOTHING =
      new Reach(Set.of(), Set.of(), null, List.of(), false, false, Set.of(), null);

  Reach {
    reads = Set.copyOf(reads);
    writes = Set.copyOf(writes);
    statements = List.copyOf(statements);
    counts = Set.copyOf(counts);
  }

  /** Of what nobody can look into. */
  static Reach opaque(String why) {
    return new Reach(Set.of(), Set.of(), why, List.of(), false, false, Set.of(), null);
  }

  /** Of what touches nothing and gives another value each time. */
  static Reach unsteady(String name) {
    return new Reach(Set.of(), Set.of(), null, List.of(), false, true, Set.of(), name);
  }

  /** Whether it touches a table, or may do so. */
  boolean touchesTables() {
    return opaque != null || !reads.isEmpty() || !writes.isEmpty();
  }

  /** Whether it writes a table, or may do so. */
  boolean mayWrite() {
    return opaque != null || !writes.isEmpty();
  }

  /** Of several ways that one thing may be done, all of which might be meant. */
  static Reach either(List<Reach> several) {
    if (several.size() == 1) {
      return several.get(0);
    }
    Set<List<String>> reads = new LinkedHashSet<>();
    Set<List<String>> writes = new LinkedHashSet<>();
    Set<ShardId> counts = new LinkedHashSet<>();
    List<ParsedSql> statements = new ArrayList<>();
    String opaque = null;
    boolean nested = false;
    boolean own = false;
    String unsteady = null;
    for (Reach reach : several) {
      reads.addAll(reach.reads);
      writes.addAll(reach.writes);
      counts.addAll(reach.counts);
      statements.addAll(reach.statements);
      nested |= reach.nested;
      own |= reach.own;
      unsteady = unsteady == null ? reach.unsteady : unsteady;
      opaque = opaque == null ? reach.opaque : opaque;
    }
    return new Reach(reads, writes, opaque, statements, nested, own, counts, unsteady);
  }
}
