package io.shardjdbc.reshard.engine;

import io.shardjdbc.reshard.Finding;
import io.shardjdbc.reshard.FirstMap;
import io.shardjdbc.reshard.Misplaced;
import io.shardjdbc.reshard.MoveListener;
import io.shardjdbc.reshard.MoveStatus;
import io.shardjdbc.reshard.Moving;
import io.shardjdbc.reshard.Orphan;
import io.shardjdbc.reshard.ProcessStatus;
import io.shardjdbc.reshard.Reshaping;
import io.shardjdbc.reshard.ReshardException;
import io.shardjdbc.reshard.ShardServers;
import io.shardjdbc.reshard.Size;
import io.shardjdbc.reshard.Step;
import io.shardjdbc.reshard.Strategy;
import io.shardjdbc.reshard.control.ControlSchema;
import io.shardjdbc.reshard.control.MapStore;
import io.shardjdbc.reshard.control.Processes;
import io.shardjdbc.reshard.control.Servers;
import io.shardjdbc.reshard.control.Sql;
import io.shardjdbc.reshard.guard.ClosedTable;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.KeyType;
import io.shardjdbc.routing.MapDocument;
import io.shardjdbc.routing.MapEpoch;
import io.shardjdbc.routing.Positions;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Moves rows between shards while everything runs.
 *
 * <pre>{@code
 * try (Resharding resharding = Resharding.over(servers)) {
 *   int move = resharding.start(new Moving("users", positions, s0, s4));
 *   resharding.run(move);       // copied, compared, flipped; the way back is open
 *   resharding.finish(move);    // the copies on s0 are deleted
 * }
 * }</pre>
 *
 * <p>One moves at a time, and one mover works at a time: it is kept by a lock on each shard. A
 * mover that was killed leaves a move where it was, and {@link #run}, {@link #finish}, {@link
 * #abort} or {@link #rollBack} of another one goes on from there. Not thread-safe.
 */
public final class Resharding implements AutoCloseable {
  private static final String TYPE =
      "SELECT t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid"
          + " WHERE a.attrelid = to_regclass(?) AND a.attname = ? AND NOT a.attisdropped";

  private final Servers servers;
  private final MapStore store;
  private MoveListener listener = MoveListener.NONE;
  private Settings settings = Settings.DEFAULT;
  private Strategy strategy = Strategy.REPLICATE;

  private Resharding(Map<ShardId, ShardServers> shards) {
    this.servers = new Servers(shards);
    this.store = new MapStore(servers);
  }

  /** A mover over all shards of a map, in their fixed order; it connects when it has to. */
  public static Resharding over(Map<ShardId, ShardServers> shards) {
    return new Resharding(shards);
  }

  /** Tells a listener from now on. */
  public Resharding telling(MoveListener told) {
    this.listener = told;
    return this;
  }

  /** Waits as long as these say from now on. */
  public Resharding waiting(Settings waits) {
    this.settings = waits;
    return this;
  }

  /** Lets rows of moves that begin from now on come in this way. */
  public Resharding by(Strategy way) {
    this.strategy = way;
    return this;
  }

  /** Makes the first map of the databases; where there is one already, that stays. */
  public MapDocument install(MapDocument first) throws SQLException {
    servers.claim(false);
    return store.create(first).document();
  }

  /**
   * Makes the first map as a configuration says; one that is there gets the tables that are new.
   */
  public MapDocument install(
      RoutingConfiguration configuration, Map<ShardId, MapDocument.Reach> shards)
      throws SQLException {
    Connection first = servers.kept(servers.shards().get(0));
    MapDocument map =
        FirstMap.of(
            configuration,
            shards,
            (table, column) -> KeyType.named(Sql.text(first, TYPE, table, column)));
    if (store.isThere()) {
      claim(false);
      return new Adding(servers, store).run(map);
    }
    FirstRows.requireFound(servers, configuration, map);
    return install(map);
  }

  /** The newest map of the databases. */
  public MapDocument map() throws SQLException {
    return store.newest().document();
  }

  /** The epoch of the newest map. */
  public MapEpoch epoch() throws SQLException {
    return store.newest().epoch();
  }

  /** What is in the way of a move, or should be known before it. */
  public List<Finding> lookAhead(Moving moving) throws SQLException {
    return lookAhead(moving, store.newest().document());
  }

  /** The same by a map that is not there yet, such as one with another shard. */
  public List<Finding> lookAhead(Moving moving, MapDocument map) throws SQLException {
    return new Preflight(servers, strategy).findings(moving, map);
  }

  /**
   * Where on the ring a key of a table lies: its own types' texts, as the server reads them.
   *
   * @param key the value of each of its columns
   * @throws ReshardException {@link ErrorCode#MOVE_NOT_POSSIBLE} when the map does not place the
   *     table
   */
  public long position(String table, List<String> key) throws SQLException {
    return KeyPosition.of(
        servers.kept(servers.shards().get(0)), store.newest().document(), table, key);
  }

  /** Whether a range of keys may begin or end with one: no lesser key shares its position. */
  public boolean isFirst(String table, List<String> key) throws SQLException {
    return KeyPosition.isFirst(
        servers.kept(servers.shards().get(0)), store.newest().document(), table, key);
  }

  /**
   * Gives a shard positions that nobody has, as of keys that a list did not have; no rows move.
   *
   * @throws ReshardException {@link ErrorCode#MOVE_NOT_POSSIBLE} when somebody has some, or rows
   *     move
   */
  public void give(String placement, Positions positions, ShardId to) throws SQLException {
    claim(false);
    new Giving(servers, store, settings).run(placement, positions, to);
  }

  /**
   * How much would move, by the estimates of the source's server, or by a count where it has none.
   */
  public Size size(Moving moving) throws SQLException {
    MapDocument map = store.newest().document();
    return Sizing.sum(Sizing.byTable(servers.kept(moving.source()), map, moving));
  }

  /**
   * Begins a move, and does nothing yet but write it down.
   *
   * @return its number
   * @throws ReshardException {@link ErrorCode#MOVE_NOT_POSSIBLE} with all that {@link #lookAhead}
   *     finds in the way
   */
  public int start(Moving moving) throws SQLException {
    return start(moving, false);
  }

  private int start(Moving moving, boolean ends) throws SQLException {
    claim(false);
    Records.onBoth(servers.kept(moving.source()), servers.kept(moving.target()));
    return new Starting(servers, store, strategy).start(moving, ends);
  }

  /** Carries a move on until it is settled. */
  public void run(int move) throws SQLException {
    claim(false);
    steps().run(move, Step.SETTLED);
  }

  /** Deletes what has moved where it came from; the way back is closed. */
  public void finish(int move) throws SQLException {
    claim(false);
    new Orders(steps()).finish(move);
  }

  /** Gives a move up before its flip; nothing of it is left. */
  public void abort(int move) throws SQLException {
    claim(false);
    new Orders(steps()).abort(move);
  }

  /** Takes a settled move back, without a new copy. */
  public void rollBack(int move) throws SQLException {
    claim(false);
    new Orders(steps()).rollBack(move);
  }

  /**
   * Makes moves one after the other, each to its end, so that the next one can begin. Where it is
   * interrupted, {@link #resume} finishes the one that was begun.
   */
  public void make(List<Moving> moves) throws SQLException {
    for (Moving moving : moves) {
      int move = start(moving, true);
      run(move);
      finish(move);
    }
  }

  /** Lets whatever was begun and not ended go on, in the direction in which it went. */
  public void resume() throws SQLException {
    claim(false);
    new Orders(steps()).resume(moves());
  }

  /**
   * What keeps a shard from joining.
   *
   * @param copied the reference tables, of which it gets copies
   */
  public List<Finding> lookAhead(ShardId joining, List<String> copied) throws SQLException {
    return new Joining(servers, store, settings, joining, copied).findings();
  }

  /**
   * Brings a shard into the map, which owns nothing yet; where it is in it already, all stays.
   *
   * @param copied the reference tables, of which it gets copies
   * @throws ReshardException {@link ErrorCode#SHARD_OUTSIDE} when it cannot have them
   */
  public void join(ShardId shard, MapDocument.Reach reach, List<String> copied)
      throws SQLException {
    claim(false);
    new Joining(servers, store, settings, shard, copied).run(reach);
  }

  /**
   * Takes a shard out of the map, and waits until nobody goes by an older one.
   *
   * @throws ReshardException {@link ErrorCode#SHARD_STAYS} when it has something
   */
  public void leave(ShardId shard) throws SQLException {
    claim(false);
    new Leaving(servers, store, settings, shard).run();
  }

  /** Tables that a mover has closed for writers and has not come back to, by shard. */
  public Map<ShardId, List<String>> closed() throws SQLException {
    Map<ShardId, List<String>> closed = new LinkedHashMap<>();
    for (ShardId shard : servers.shards()) {
      List<String> tables = ClosedTable.on(servers.kept(shard));
      if (!tables.isEmpty()) {
        closed.put(shard, tables);
      }
    }
    return closed;
  }

  /** What has to move to another shape of a map: with records of sagas, if there are any. */
  public Reshaping reshaping(MapDocument map) throws SQLException {
    return Records.reshaping(servers, map);
  }

  /** Rows that lie where they should not, by table and shard; nothing where all is well. */
  public List<Misplaced> audit() throws SQLException {
    return Audit.of(servers, store.newest().document());
  }

  /**
   * Brings rows that lie where they should not to the shards that own them; what was brought, and
   * what could not be, which blocks.
   *
   * @throws ReshardException {@link ErrorCode#MOVE_NOT_POSSIBLE} while rows move
   */
  public List<Finding> repair() throws SQLException {
    claim(false);
    for (MoveStatus move : moves()) {
      if (move.step() != Step.DONE) {
        throw new ReshardException(
            ErrorCode.MOVE_NOT_POSSIBLE, "move " + move.id() + " has not ended yet");
      }
    }
    return new Repair(servers, store.newest().document()).run();
  }

  /** Subscriptions, slots and publications of moves that are there no more. */
  public List<Orphan> orphans() throws SQLException {
    return new Orphans(servers).found();
  }

  /** Takes them away; what was, and what could not be, which blocks. */
  public List<Finding> removeOrphans() throws SQLException {
    claim(false);
    return new Orphans(servers).remove();
  }

  /** Compares both sides of a move now; what differs, in words, or empty. */
  public String verify(int move) throws SQLException {
    claim(false);
    Work work = steps().work(move);
    boolean back = !work.row().step().isBeforeFlip();
    try {
      Turning.compare(work, back);
      return "";
    } catch (ReshardException e) {
      if (e.code() == ErrorCode.ROWS_DIFFER) {
        return String.valueOf(e.getMessage());
      }
      throw e;
    }
  }

  /** All moves that the shards know, in the order of their numbers. */
  public List<MoveStatus> moves() throws SQLException {
    return Progress.all(servers);
  }

  /** Who has sessions on a shard's servers, and by which maps they work. */
  public List<ProcessStatus> processes(ShardId shard) throws SQLException {
    return new Processes(servers).seen(shard);
  }

  /** Ends all sessions of a process on a shard's servers; how many there were. */
  public int evict(ShardId shard, long slot) throws SQLException {
    return new Processes(servers).evict(shard, slot);
  }

  /** Ends another mover that does not answer, and takes its place. */
  public void takeOver() throws SQLException {
    claim(true);
  }

  /** Rows that a mover held and did not come back for are given back first. */
  private void claim(boolean byForce) throws SQLException {
    servers.claim(byForce);
    for (ShardId shard : servers.shards()) {
      Connection connection = servers.kept(shard);
      if (ControlSchema.isInstalled(connection)) {
        Sql.number(connection, "SELECT shardjdbc.reopen()");
      }
    }
    store.leaveOutLost();
  }

  Servers servers() {
    return servers;
  }

  private Steps steps() {
    return new Steps(servers, listener, settings);
  }

  @Override
  public void close() throws SQLException {
    servers.close();
  }
}
