package io.shardjdbc.copy;

import io.shardjdbc.error.Asking;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.execute.Running;
import io.shardjdbc.map.Hiding;
import io.shardjdbc.map.MapNews;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.Coming;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.Moving;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.routing.Table;
import io.shardjdbc.routing.route.CopiedTable;
import io.shardjdbc.routing.route.CopyNumber;
import io.shardjdbc.routing.route.CopyTarget;
import io.shardjdbc.routing.route.DirectRoute;
import io.shardjdbc.routing.route.Effect;
import io.shardjdbc.routing.route.KeyHashes;
import io.shardjdbc.routing.route.ManyShards;
import io.shardjdbc.routing.route.Merge;
import io.shardjdbc.routing.route.Planner;
import io.shardjdbc.routing.route.RowOwners;
import io.shardjdbc.routing.route.ShardStatement;
import io.shardjdbc.session.Gate;
import io.shardjdbc.session.OwnMoment;
import io.shardjdbc.session.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** COPY statements of one session. */
public final class Copying {

  private final Session session;
  private final Supplier<Planner> planner;
  private final ShardNodes nodes;
  private final Running running;
  private final CopyByMap following;

  /**
   * @param planner plans by what the open transaction sees
   * @param nodes of which one is asked for keys that only a server can read
   * @param news of a map by which a COPY that has not begun is begun anew
   * @param running tells who hears of it: of start, rows and end, without its parts
   */
  public Copying(
      Session session, Supplier<Planner> planner, ShardNodes nodes, MapNews news, Running running) {
    this.session = session;
    this.planner = planner;
    this.nodes = nodes;
    this.running = running;
    this.following = new CopyByMap(session, news);
  }

  /** COPY FROM STDIN; how many rows were copied. */
  public long in(String sql, InputStream from) throws SQLException, IOException {
    return passing(sql, () -> copyIn(sql, from));
  }

  private long copyIn(String sql, InputStream from) throws SQLException, IOException {
    session.turn().begin();
    try {
      TouchedInput input = new TouchedInput(from);
      return following.run(map -> in(sql, input, map), input::isTouched);
    } finally {
      session.turn().end();
    }
  }

  private long in(String sql, InputStream from, ShardMap map) throws SQLException, IOException {
    CopyCommand command = CopyCommand.parse(sql);
    if (!command.in() || !command.ofTable()) {
      throw SqlErrors.of(ErrorCode.USAGE, "copyIn takes COPY table FROM STDIN");
    }
    List<CopyNumber> numbers =
        session.numbers().areTakenOutside()
            ? Asking.of(() -> planner.get().copyNumbers(command.table(), map))
            : List.of();
    if (numbers.isEmpty()) {
      return in(sql, command, command.table(), from, map);
    }
    try {
      return in(
          NumberedRecords.statement(sql, command, numbers),
          command,
          NumberedRecords.table(command.table(), numbers),
          new NumberedRecords(command, from, numbers, session.numbers()),
          map);
    } catch (NumberedRecords.NoNumbers e) {
      throw e.why();
    }
  }

  private long in(
      String sql, CopyCommand command, CopiedTable table, InputStream from, ShardMap map)
      throws SQLException, IOException {
    CopyTarget target = Asking.of(() -> planner.get().copyIn(table, map));
    if (target.owners() != null) {
      requireNothingComes(map);
    }
    if (target.owners() != null && !map.moving().holds().isEmpty()) {
      throw SqlErrors.of(ErrorCode.ROWS_HELD, map.moving().holds().keySet().iterator().next());
    }
    boolean apart = !session.inTransaction();
    CopyIn copy =
        new CopyIn(session, sql, table.name(), target.table() instanceof Table.Sharded, apart);
    try {
      long rows = stream(command, target, new Bytes(from), copy, map);
      copy.commit();
      return rows;
    } finally {
      copy.close();
    }
  }

  private long stream(
      CopyCommand command, CopyTarget target, Bytes bytes, CopyIn copy, ShardMap map)
      throws SQLException, IOException {
    KeyFields fields = KeyFields.of(target, command.format());
    Records records =
        command.format().isBinary()
            ? new BinaryRecords(bytes, fields)
            : new LineRecords(command.format(), bytes, fields);
    byte[] header = new byte[0];
    if (records.readHeader()) {
      header = Arrays.copyOf(bytes.record(), bytes.length());
    }
    RowOwners owners = target.owners();
    copy.header(header);
    if (owners == null || copy.isApart()) {
      copy.open(shards(target.table(), map));
    }
    ServerKeys server = new ServerKeys(nodes, map.shards().get(0), target.table());
    while (records.next()) {
      if (owners != null) {
        copy.write(owner(owners, records, server, map), bytes.record(), bytes.length());
      } else {
        requireAlike(target, records);
        copy.writeToAll(bytes.record(), bytes.length());
      }
    }
    return copy.end(records.trailer());
  }

  private static void requireAlike(CopyTarget target, Records records) throws SQLException {
    if (!target.keyFields().isEmpty() && !target.alike().test(records.key())) {
      throw SqlErrors.of(
          ErrorCode.NOT_COPY_SAFE,
          target.table().displayName(),
          "the clock that a text of a record names");
    }
  }

  private static ShardId owner(RowOwners owners, Records records, ServerKeys server, ShardMap map)
      throws SQLException {
    List<@Nullable Object> key = records.key();
    return Asking.of(
        () -> {
          ShardId owner = owners.of(key, map);
          return owner == null ? owners.ofStored(server.read(key), map) : owner;
        });
  }

  private static List<ShardId> shards(Table table, ShardMap map) {
    return table instanceof Table.Single single ? List.of(single.shard()) : map.shards();
  }

  /** COPY TO STDOUT; how many rows were copied. */
  public long out(String sql, OutputStream to) throws SQLException, IOException {
    return passing(sql, () -> copyOut(sql, to));
  }

  private interface Copy {
    long rows() throws SQLException, IOException;
  }

  /** Through the gate of the session, which knows nothing of streams. */
  private long passing(String sql, Copy copy) throws SQLException, IOException {
    running.asked(sql, 1);
    try {
      long rows = gated(copy);
      running.answered(rows);
      return rows;
    } catch (SQLException | IOException | RuntimeException | Error e) {
      running.failed(e);
      throw e;
    }
  }

  private long gated(Copy copy) throws SQLException, IOException {
    try {
      Gate gate = session.gate();
      return gate.pass(
          () -> {
            gate.requireNotAborted();
            return gate.streaming(() -> rows(copy));
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static long rows(Copy copy) throws SQLException {
    try {
      return copy.rows();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private long copyOut(String sql, OutputStream to) throws SQLException, IOException {
    session.turn().begin();
    try {
      TouchedOutput output = new TouchedOutput(to);
      return following.run(map -> out(sql, output, map), output::isTouched);
    } finally {
      session.turn().end();
    }
  }

  private long out(String sql, OutputStream to, ShardMap map) throws SQLException, IOException {
    CopyCommand command = CopyCommand.parse(sql);
    if (command.in()) {
      throw SqlErrors.of(ErrorCode.USAGE, "copyOut takes COPY .. TO STDOUT");
    }
    if (!command.ofTable()
        || !(Asking.of(() -> planner.get().copyOut(command.table(), map))
            instanceof Table.Reference)) {
      requireNothingComes(map);
    }
    DirectRoute all =
        Asking.of(
            () ->
                command.ofTable()
                    ? ofTable(sql, planner.get().copyOut(command.table(), map), map)
                    : ofQuery(sql, command.query(), map));
    DirectRoute route = withoutCopies(all, command, map);
    session.admit(route);
    CopyOut copy = new CopyOut(session, route, command.format());
    if (!OwnMoment.isNeeded(session, route, false)) {
      OwnMoment.require(session, route, false);
      return copy.run(to);
    }
    OwnMoment moment = OwnMoment.begin(session, route, route.shards(), false, Duration.ZERO);
    try {
      return copy.run(to);
    } finally {
      moment.fail(); // it has changed nothing
    }
  }

  /**
   * The same without what is hidden on its shards.
   *
   * @throws SQLException if it cannot be left out, or if rows are held there
   */
  private DirectRoute withoutCopies(DirectRoute route, CopyCommand command, ShardMap map)
      throws SQLException {
    Moving moving = map.moving();
    if (!moving.isUnderWay()) {
      return route;
    }
    List<ShardStatement> statements = new ArrayList<>();
    for (ShardStatement statement : route.statements()) {
      ShardId shard = statement.shard();
      if (moving.holds().containsKey(shard)) {
        throw SqlErrors.of(ErrorCode.ROWS_HELD, shard);
      }
      statements.add(moving.hidesOn(shard) ? withoutCopies(statement, command, map) : statement);
    }
    return route.with(statements);
  }

  private ShardStatement withoutCopies(ShardStatement statement, CopyCommand command, ShardMap map)
      throws SQLException {
    String query =
        command.ofTable()
            ? Asking.of(() -> planner.get().copyQuery(command.table(), map))
            : command.query();
    String left = Hiding.by(planner.get()).leftOut(query, false, map, statement.shard());
    if (left.equals(query)) {
      return statement;
    }
    if (command.rest().isEmpty()) {
      throw SqlErrors.of(
          ErrorCode.ROWS_HIDDEN,
          statement.shard(),
          "COPY BINARY, but not COPY .. (FORMAT binary),");
    }
    return statement.saying("COPY (" + left + "\n)" + command.rest());
  }

  /** Records and rows of a copy are not looked at one by one before they are sent. */
  private static void requireNothingComes(ShardMap map) throws SQLException {
    for (List<Coming> comes : map.moving().comes().values()) {
      throw SqlErrors.of(ErrorCode.ROWS_HIDDEN, comes.get(0).target(), "COPY");
    }
  }

  private static DirectRoute ofTable(String sql, Table table, ShardMap map) {
    List<ShardId> where =
        table instanceof Table.Reference ? List.of(map.first()) : shards(table, map);
    return reading(sql, where);
  }

  private DirectRoute ofQuery(String sql, String query, ShardMap map) throws SQLException {
    DirectRoute route = planner.get().planText(query).route(List.of(), map).direct();
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
