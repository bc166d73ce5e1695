package io.shardjdbc.copy;

import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.map.MapInUse;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Identifiers;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.route.CopyTarget;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Numbering;
import io.shardjdbc.routing.route.Plan;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** COPY statements of one session. */
public final class Copying {

  private final Session session;
  private final Planner router;
  private final ShardNodes nodes;

  /**
   * @param nodes of which one is asked for keys that only a server can read
   */
  public Copying(Session session, Planner router, ShardNodes nodes) {
    this.session = session;
    this.router = router;
    this.nodes = nodes;
  }

  /** COPY FROM STDIN; how many rows were copied. */
  public long in(String sql, InputStream from) throws SQLException, IOException {
    return passing(() -> copyIn(sql, from));
  }

  private long copyIn(String sql, InputStream from) throws SQLException, IOException {
    session.turn().begin();
    try {
      MapInUse use = session.takeMap();
      try {
        return in(sql, from, use.map());
      } finally {
        use.release();
      }
    } finally {
      session.turn().end();
    }
  }

  private CopyTarget target(CopyCommand command) {
    CopyTarget target = router.copyTarget(command.table(), command.columns());
    refuseNumbers(command);
    if (target.table() instanceof Table.Reference) {
      refuseOtherCopies(command);
    }
    return target;
  }

  private long in(String sql, InputStream from, ShardMap map) throws SQLException, IOException {
    CopyCommand command = CopyCommand.parse(sql);
    if (!command.in() || command.table().isEmpty()) {
      throw SqlErrors.of(ErrorCode.USAGE, "copyIn takes COPY table FROM STDIN");
    }
    CopyTarget target = Asking.of(() -> target(command));
    boolean apart = !session.inTransaction();
    CopyIn copy =
        new CopyIn(session, sql, command.table(), target.table() instanceof Table.Sharded, apart);
    try {
      long rows = stream(command, target, new Bytes(from), copy, map);
      copy.commit();
      return rows;
    } finally {
      copy.close();
    }
  }

  /**
   * Refuses what leaves to each copy of a reference table to compute a column, as INSERT does, or
   * to choose the rows, as DELETE does.
   */
  private void refuseOtherCopies(CopyCommand command) {
    String table = quoted(command.table(), ".");
    String into = "INSERT INTO " + table;
    if (!command.columns().isEmpty()) {
      String nulls = String.join(", ", Collections.nCopies(command.columns().size(), "NULL"));
      requireAlike(
          into + " (" + quoted(command.columns(), ", ") + ") VALUES (" + nulls + ")", table);
    }
    if (!command.defaultText().isEmpty()) {
      requireAlike(into + " VALUES (DEFAULT)", table);
    }
    if (!command.where().isEmpty()) {
      requireAlike("DELETE FROM " + table + " WHERE " + command.where(), table);
    }
  }

  /** COPY is not computed first: what a statement would take from elsewhere, it cannot have. */
  private void requireAlike(String sql, String table) {
    Plan plan = router.planText(sql);
    if (plan.numbering().isPresent()) {
      return; // which is refused for itself
    }
    DirectRoute direct = plan.route(List.of(), router.map()).direct();
    if (direct == null || !direct.isAlikeOnAll()) {
      throw new RoutingException(ErrorCode.NOT_COPY_SAFE, table, "a value that is computed");
    }
  }

  /** Refuses what leaves to each shard to count a column: records go to servers as they are. */
  private void refuseNumbers(CopyCommand command) {
    String into = "INSERT INTO " + quoted(command.table(), ".");
    boolean defaults = !command.defaultText().isEmpty();
    if (command.columns().isEmpty() && !defaults) {
      return; // every column is in the records
    }
    List<String> columns = command.columns();
    String values =
        String.join(", ", Collections.nCopies(columns.size(), defaults ? "DEFAULT" : "NULL"));
    String text =
        columns.isEmpty()
            ? into + " DEFAULT VALUES"
            : into + " (" + quoted(columns, ", ") + ") VALUES (" + values + ")";
    router
        .planText(text)
        .numbering()
        .ifPresent(
            numbering -> {
              Numbering.Draw draw = numbering.draws().get(0);
              throw new RoutingException(ErrorCode.SEQUENCE_APART, draw.sequence(), draw.home());
            });
  }

  private static String quoted(List<String> names, String between) {
    return names.stream().map(Identifiers::quote).collect(Collectors.joining(between));
  }

  private long stream(
      CopyCommand command, CopyTarget target, Bytes bytes, CopyIn copy, ShardMap map)
      throws SQLException, IOException {
    Records records =
        command.format() == CopyCommand.Format.BINARY
            ? new BinaryRecords(bytes)
            : new LineRecords(command, bytes, forced(command, target));
    byte[] header = new byte[0];
    if (records.readHeader()) {
      header = java.util.Arrays.copyOf(bytes.record(), bytes.length());
    }
    boolean sharded = target.insert() != null;
    copy.header(header);
    if (!sharded || copy.isApart()) {
      copy.open(shards(target.table(), map));
    }
    ServerKeys server = new ServerKeys(nodes, map.shards().get(0), target.table());
    while (records.next()) {
      if (sharded) {
        copy.write(owner(target, records, server), bytes.record(), bytes.length());
      } else {
        copy.writeToAll(bytes.record(), bytes.length());
      }
    }
    return copy.end(records.trailer());
  }

  private static List<Boolean> forced(CopyCommand command, CopyTarget target) {
    List<Boolean> forced = new ArrayList<>();
    if (target.table() instanceof Table.Sharded sharded) {
      sharded
          .key()
          .forEach(
              key ->
                  forced.add(
                      command.forced().contains("*") || command.forced().contains(key.name())));
    }
    return forced;
  }

  private static ShardId owner(CopyTarget target, Records records, ServerKeys server)
      throws SQLException {
    List<@Nullable Object> key = records.fields(target.keyFields());
    for (int i = 0; i < key.size(); i++) {
      if (key.get(i) instanceof BinaryRecords.Raw raw) {
        key.set(i, raw.as(target.keyTypes().get(i)));
      }
    }
    return Asking.of(
        () -> {
          ShardId owner = target.shardOf(key);
          return owner == null ? target.shardOfStored(server.read(key)) : owner;
        });
  }

  private static List<ShardId> shards(Table table, ShardMap map) {
    return table instanceof Table.Single single ? List.of(single.shard()) : map.shards();
  }

  /** COPY TO STDOUT; how many rows were copied. */
  public long out(String sql, OutputStream to) throws SQLException, IOException {
    return passing(() -> copyOut(sql, to));
  }

  private interface Copy {
    long rows() throws SQLException, IOException;
  }

  /** Through the gate of the session, which knows nothing of streams. */
  private long passing(Copy copy) throws SQLException, IOException {
    try {
      return session
          .gate()
          .pass(
              () -> {
                try {
                  session.gate().requireNotAborted();
                  return copy.rows();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private long copyOut(String sql, OutputStream to) throws SQLException, IOException {
    MapInUse use = session.takeMap();
    try {
      return out(sql, to, use.map());
    } finally {
      use.release();
    }
  }

  private long out(String sql, OutputStream to, ShardMap map) throws SQLException, IOException {
    CopyCommand command = CopyCommand.parse(sql);
    if (command.in()) {
      throw SqlErrors.of(ErrorCode.USAGE, "copyOut takes COPY .. TO STDOUT");
    }
    DirectRoute route =
        Asking.of(
            () ->
                command.query().isEmpty()
                    ? ofTable(sql, allowed(command), map)
                    : ofQuery(sql, command.query()));
    session.admit(route);
    return new CopyOut(session, route, command).run(to);
  }

  /** The table, whose policy has to allow what is a query for all its rows. */
  private Table allowed(CopyCommand command) {
    router.planText("SELECT FROM " + quoted(command.table(), ".")).route(List.of(), router.map());
    return router.copyTarget(command.table(), command.columns()).table();
  }

  private static DirectRoute ofTable(String sql, Table table, ShardMap map) {
    List<ShardId> where =
        table instanceof Table.Reference ? List.of(map.first()) : shards(table, map);
    return reading(sql, where);
  }

  private DirectRoute ofQuery(String sql, String query) throws SQLException {
    DirectRoute route = router.planText(query).route(List.of(), router.map()).direct();
    if (route == null
        || (route.effect() != Effect.READ && route.effect() != Effect.READ_ON_PRIMARY)
        || !route.isCallersText()
        || !route.merge().equals(Merge.ONE_AFTER_ANOTHER)) {
      throw SqlErrors.of(ErrorCode.NOT_IMPLEMENTED, "COPY of a query whose rows are merged");
    }
    return reading(sql, route.shards());
  }

  private static DirectRoute reading(String sql, List<ShardId> shards) {
    return route(Effect.READ_ON_PRIMARY, sql, shards, Merge.ONE_AFTER_ANOTHER, List.of());
  }

  /** The text as it stands, on each of the shards. */
  static DirectRoute route(
      Effect effect, String sql, List<ShardId> shards, Merge merge, List<List<String>> written) {
    return new ManyShards(
        effect,
        shards.stream().map(shard -> ShardStatement.unchanged(shard, sql)).toList(),
        merge,
        KeyHashes.any(),
        true,
        written);
  }
}
