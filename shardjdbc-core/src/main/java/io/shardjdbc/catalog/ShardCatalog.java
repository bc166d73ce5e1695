package io.shardjdbc.catalog;

import io.shardjdbc.config.IdSettings;
import io.shardjdbc.error.SqlErrors;
import io.shardjdbc.map.CurrentMap;
import io.shardjdbc.pool.NodePool;
import io.shardjdbc.pool.ShardNodes;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.RoutingException;
import io.shardjdbc.routing.ShardId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The shapes of tables as the shards' primaries have them.
 *
 * <p>The first shard that can be reached and knows the table answers. What it said is remembered
 * until the schema changes; that there is no such table, for a second. Thread-safe.
 */
public final class ShardCatalog extends AskingCatalog {

  private static final String LOCK_NOT_AVAILABLE = "55P03";

  private final ShardNodes nodes;
  private final CurrentMap maps;
  private final boolean numbersElsewhere;
  private final SchemaWatch watch;
  private final SessionTraces traces = new SessionTraces(this);
  private final AtomicLong version = new AtomicLong();
  private volatile boolean proved;

  /**
   * @param ids whether some tables get ids that no server makes
   * @param threads in which servers are asked whether their schemas have changed
   */
  public ShardCatalog(ShardNodes nodes, CurrentMap maps, IdSettings ids, Executor threads) {
    this.numbersElsewhere = !ids.snowflakes().isEmpty();
    this.nodes = nodes;
    this.maps = maps;
    this.watch = new SchemaWatch(nodes, maps, threads, this::forget, () -> proved);
  }

  @Override
  public boolean numbersElsewhere() {
    return numbersElsewhere;
  }

  /** Forgets everything, because the schema may have changed. */
  @Override
  public void forget() {
    super.forget();
    version.incrementAndGet(); // afterwards, so that no plan of this version knows the old one
  }

  @Override
  public long version() {
    watch.look();
    return version.get();
  }

  /** Which statements may leave something in the sessions of its servers. */
  public SessionTraces traces() {
    return traces;
  }

  /** How often it has forgotten everything, without a look at the servers. */
  long changes() {
    return version.get();
  }

  @Override
  public <T> Optional<T> ask(NodePool.Question<Optional<T>> question) {
    return ask(question, Set.of());
  }

  /** What the first shard says that can tell, of those that are not answered for otherwise. */
  public <T> Optional<T> ask(NodePool.Question<Optional<T>> question, Set<ShardId> answered) {
    RoutingException untold = null;
    for (ShardId shard : shardsBut(answered)) {
      try {
        Optional<T> answer = nodes.primary(shard).ask(question);
        if (answer.isPresent()) {
          return answer;
        }
      } catch (SQLException e) {
        untold = untold(shard, e);
      }
    }
    if (untold != null) {
      throw untold; // a shard that might know it was not asked
    }
    return Optional.empty();
  }

  @Override
  public <T> List<T> everywhere(NodePool.Question<List<T>> question) {
    return everywhere(question, Set.of());
  }

  /** What all shards say that can be asked, of those that are not answered for otherwise. */
  public <T> List<T> everywhere(NodePool.Question<List<T>> question, Set<ShardId> answered) {
    Set<T> all = new LinkedHashSet<>();
    RoutingException untold = null;
    boolean told = !answered.isEmpty();
    for (ShardId shard : shardsBut(answered)) {
      try {
        all.addAll(nodes.primary(shard).ask(question));
        told = true;
      } catch (SQLException e) {
        untold = untold(shard, e);
      }
    }
    if (untold != null && !told) {
      throw untold;
    }
    return List.copyOf(all);
  }

  @Override
  protected List<ShardId> holders(NodePool.Question<Boolean> question) {
    return holders(question, Set.of());
  }

  private List<ShardId> shardsBut(Set<ShardId> answered) {
    return maps.shards().stream().filter(shard -> !answered.contains(shard)).toList();
  }

  @Override
  protected boolean onAll(NodePool.Question<Boolean> question) {
    for (ShardId shard : maps.shards()) {
      try {
        if (!nodes.primary(shard).ask(question)) {
          return false;
        }
      } catch (SQLException e) {
        return false; // what it cannot tell is not believed
      }
    }
    proved = true;
    return true;
  }

  /** The shards whose server says yes, of those that are not answered for otherwise. */
  public List<ShardId> holders(NodePool.Question<Boolean> question, Set<ShardId> answered) {
    List<ShardId> with = new ArrayList<>();
    for (ShardId shard : shardsBut(answered)) {
      try {
        if (nodes.primary(shard).ask(question)) {
          with.add(shard);
        }
      } catch (SQLException e) {
        throw untold(shard, e); // it might be the only one
      }
    }
    return with;
  }

  private static boolean isLocked(SQLException e) {
    return LOCK_NOT_AVAILABLE.equals(e.getSQLState());
  }

  /** Why a shard has not told: it is away, or a table is locked that it would have to look at. */
  private static RoutingException untold(ShardId shard, SQLException e) {
    if (isLocked(e)) {
      return new RoutingException(ErrorCode.SCHEMA_LOCKED, shard, SqlErrors.reason(e));
    }
    SQLException told = SqlErrors.unavailable(shard, e);
    if (CodedError.is(told, ErrorCode.LOGIN_REFUSED)) {
      return new RoutingException(ErrorCode.LOGIN_REFUSED, shard, SqlErrors.reason(e));
    }
    String reason = String.valueOf(told.getMessage());
    return new RoutingException(ErrorCode.SHARD_UNAVAILABLE, shard, reason);
  }

  /** The shape of a table as one server has it; empty where it has none of that name. */
  public static Optional<TableShape> read(Connection connection, List<String> name)
      throws SQLException {
    return CatalogQueries.read(connection, name);
  }
}
