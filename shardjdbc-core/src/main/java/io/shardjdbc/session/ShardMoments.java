package io.shardjdbc.session;

import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.pool.ShardNodes.Use;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.route.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The moments of the shards, for a transaction that sees one moment and has not chosen its shard.
 *
 * <p>The snapshots of all shards are taken while its first statement runs, which is when one server
 * takes its own. When a shard is chosen, its snapshot stands for that moment. What was read of
 * reference tables before came from another shard's copies: their rows are compared in the two
 * snapshots, and if they are not the same, nothing was torn yet, and the transaction is to be run
 * again. A shard that cannot be reached has no snapshot, and cannot be chosen later.
 */
final class ShardMoments {

  private static final String LOOK = "SELECT 1";

  private final OpenTransaction open;
  private final HeldConnections held;
  private final Lending lending;
  private final SessionState now;

  /**
   * @param now what the session is like within the transaction
   */
  ShardMoments(OpenTransaction open, HeldConnections held, Lending lending, SessionState now) {
    this.open = open;
    this.held = held;
    this.lending = lending;
    this.now = now;
  }

  /** Takes a snapshot on every shard but the one whose first statement is about to take its own. */
  void takeAll(ShardMap map, Route route, Use use, SessionState state) throws SQLException {
    Held first = open.participants().get(0);
    if (map.isAlone() || !isOfOneMoment(open, first, state)) {
      return;
    }
    for (ShardId shard : map.shards()) {
      if (!shard.equals(first.shard())) {
        take(shard, route, use, state);
      }
    }
    open.isolation().leaveOpen();
  }

  /** Asks the server, unless nothing of the session can have changed what it says by default. */
  static boolean isOfOneMoment(OpenTransaction open, Held first, SessionState state)
      throws SQLException {
    boolean usual =
        !open.history().hasSettings()
            && state.settings().stream().noneMatch(s -> s.name().contains("isolation"));
    if (usual && !Isolation.isOne(first.physical().usualIsolation())) {
      return false;
    }
    return open.isolation().isOfOneMomentNow();
  }

  private void take(ShardId shard, Route route, Use use, SessionState state) {
    Held other;
    try {
      other = lending.forTransaction(shard, route, use, state);
    } catch (SQLException e) {
      return;
    }
    try {
      open.join(other);
      other.tell(LOOK);
    } catch (SQLException e) {
      other.isAbortedBy(e);
      drop(other);
    }
    held.release(other);
  }

  private void drop(Held other) {
    drop(open, held, other, now);
  }

  private static void drop(
      OpenTransaction open, HeldConnections held, Held other, SessionState now) {
    open.letGo(other, now);
    other.rollback();
    held.endTransaction(other);
  }

  /**
   * Keeps the moment of one shard, and lets go of the others.
   *
   * @throws SQLException if the shard has none, or if what was read on another one is not the same
   *     there
   */
  void choose(ShardId shard) throws SQLException {
    Isolation isolation = open.isolation();
    Held reader = open.participants().get(0);
    Held wanted = open.participant(shard);
    if (wanted == null) {
      isolation.admitSecond(shard);
      return;
    }
    if (!wanted.equals(reader) && !isolation.copies().isEmpty()) {
      String rows = rowsOf(isolation.copies());
      if (!ask(reader, rows).equals(ask(wanted, rows))) {
        throw SqlErrors.of(ErrorCode.COPIES_CHANGED, reader.shard(), shard);
      }
    }
    isolation.choose(wanted);
    for (Held other : List.copyOf(open.participants())) {
      if (!other.equals(wanted) && !held.isInUse(other)) { // else its rows are still being read
        drop(other);
      }
    }
    open.participants().remove(wanted);
    open.participants().add(0, wanted);
  }

  /** Lets go of all but one, before a transaction ends that has chosen none. */
  static void chooseAny(OpenTransaction open, HeldConnections held, SessionState now) {
    List<Held> all = List.copyOf(open.participants());
    all.subList(1, all.size()).forEach(other -> drop(open, held, other, now));
  }

  /** What two copies that have the same rows answer alike, in whatever order the rows lie. */
  private static String rowsOf(Collection<List<String>> tables) {
    return tables.stream()
        .map(table -> table.stream().map(Identifiers::quote).collect(Collectors.joining(".")))
        .map(
            table ->
                "(SELECT concat_ws(' ', count(*), sum(hashtextextended((copied.*)::text, 0)),"
                    + " sum(hashtextextended((copied.*)::text, 1))) FROM "
                    + table
                    + " AS copied)")
        .collect(Collectors.joining(", ", "SELECT concat_ws('; ', ", ")"));
  }

  private static String ask(Held participant, String query) throws SQLException {
    try (Statement statement = participant.connection().createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return String.valueOf(row.getString(1));
    } catch (SQLException e) {
      throw SqlErrors.onShard(participant.shard(), e);
    }
  }
}
