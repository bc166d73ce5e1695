package io.shardjdbc.testkit.twin;

import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.routing.RoutingConfiguration;
import io.shardjdbc.testkit.Cluster;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLState;

/**
 * The same schema and data in one PostgreSQL and over many shards, asked the same statements.
 *
 * <pre>{@code
 * try (TwinDatabase twin =
 *     TwinDatabase.builder()
 *         .single(onePostgres)
 *         .sharded(shardDataSource)
 *         .shard("s0", primaryOfShard0)
 *         .shard("s1", primaryOfShard1)
 *         .routing(routing)
 *         .open()) {
 *   twin.execute("CREATE TABLE posts (user_id bigint, post_id bigint, body text)");
 *   twin.execute("INSERT INTO posts VALUES (?, ?, ?)", 1L, 10L, "hello");
 *   twin.assertEqual("SELECT count(*) FROM posts WHERE user_id = ?", 1L);
 *   Outcome outcome = twin.verify("SELECT body, rank() OVER (ORDER BY body) FROM posts");
 * }
 * }</pre>
 *
 * <p>Compared are the labels and types of the columns; the rows, in order as far as the statement
 * determines it; update counts; the SQLSTATE where both sides fail; and after every statement that
 * may write, whether the statement succeeded or not, the rows of all declared tables, read from the
 * servers themselves: together they have to be those of the one PostgreSQL, each on the shard that
 * owns its key. Floating-point values may differ after the tenth digit, as sums of them depend on
 * the order of rows.
 *
 * <p>A statement runs over the shards in autocommit mode; on the one PostgreSQL it commits only
 * when the shards did not refuse it, so that a refusal leaves both sides alike. After a {@link
 * Outcome.Different} write they are not.
 *
 * <p>Not thread-safe.
 */
public final class TwinDatabase implements AutoCloseable {

  private final Connection single;
  private final DataSource sharded;
  private final Map<String, Connection> shards;
  private final TableStates states;
  private final @Nullable AutoCloseable owned;

  private TwinDatabase(Builder builder) throws SQLException {
    this.sharded = Builder.given(builder.sharded, "sharded");
    this.owned = builder.owned;
    this.single = Builder.given(builder.single, "single").getConnection();
    this.shards = new LinkedHashMap<>();
    try {
      single.setAutoCommit(false);
      for (Map.Entry<String, DataSource> shard : builder.shards.entrySet()) {
        shards.put(shard.getKey(), shard.getValue().getConnection());
      }
    } catch (SQLException e) {
      close();
      throw e;
    }
    RoutingConfiguration routing = Builder.given(builder.routing, "routing");
    this.states = new TableStates(single, shards, List.copyOf(routing.tables().values()));
  }

  /** Starts to describe the two sides; all of them have to be given. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Opens a twin on a cluster: a database that exists on its shards, empty as yet, and a copy of it
   * on the first shard's server as the one PostgreSQL. The twin closes its DataSource with itself;
   * the copy, named {@code DATABASE_single}, stays.
   *
   * @param tables declares the tables; the shards are those of the cluster
   */
  public static TwinDatabase on(
      Cluster cluster, String database, Consumer<RoutingConfiguration.Builder> tables)
      throws SQLException {
    return ClusterTwin.open(cluster, database, TransactionMode.SINGLE_SHARD, tables);
  }

  /**
   * Runs a statement that has to succeed on both sides alike, such as DDL or the loading of data.
   *
   * @param values values, or {@link Parameter}s that say how to bind them
   * @throws AssertionError if one side fails or refuses, or if they differ
   */
  public void execute(String sql, @Nullable Object... values) throws SQLException {
    Trial trial = values.length == 0 ? Trial.plain(sql) : Trial.of(sql, values);
    Reply[] answers = new Reply[1];
    Verdict outcome = verify(trial, answers);
    if (!(outcome instanceof Verdict.Equal) || answers[0] instanceof Reply.Failure) {
      throw new AssertionError(trial + "\n" + outcome + "\n" + answers[0]);
    }
  }

  /**
   * Runs a prepared statement on both sides and compares.
   *
   * @param values values, or {@link Parameter}s that say how to bind them
   */
  public Verdict verify(String sql, @Nullable Object... values) throws SQLException {
    return verify(Trial.of(sql, values));
  }

  /**
   * Runs a trial on both sides and compares.
   *
   * @throws SQLException if the servers cannot be read behind the statement's back
   */
  public Verdict verify(Trial trial) throws SQLException {
    return verify(trial, new Reply[1]);
  }

  /**
   * Runs a prepared statement on both sides.
   *
   * @throws AssertionError if the shards refuse or answer differently
   */
  public void assertEqual(String sql, @Nullable Object... values) throws SQLException {
    Trial trial = Trial.of(sql, values);
    Verdict outcome = verify(trial);
    if (outcome instanceof Verdict.Refused refused) {
      throw new AssertionError(refused.message() + "\n" + trial);
    } else if (outcome instanceof Verdict.Different different) {
      throw new AssertionError(different.description());
    }
  }

  private Verdict verify(Trial trial, Reply[] single) throws SQLException {
    Clauses clauses = Clauses.of(trial.sql());
    Reply expected = uncommitted(trial, clauses);
    Reply actual;
    try (Connection connection = sharded.getConnection()) {
      actual = TrialRun.of(connection, trial);
    } catch (SQLException e) {
      actual = new Reply.Failure(e);
    }
    Optional<String> refusal =
        actual instanceof Reply.Failure failure ? failure.refusal() : Optional.empty();
    if (refusal.isEmpty() && wantsNoTransaction(expected)) {
      expected = committed(trial);
    }
    single[0] = expected;
    Optional<String> difference =
        refusal.isPresent()
            ? Optional.empty()
            : new Comparison(new RowOrder(this.single, trial, clauses), clauses.mayWrite())
                .difference(expected, actual);
    boolean wrote = clauses.mayWrite();
    if (wrote && refusal.isEmpty() && !(expected instanceof Reply.Failure)) {
      this.single.commit();
    } else {
      this.single.rollback();
    }
    if (clauses.mayChangeSchema()) {
      states.schemaChanged();
    }
    if (wrote && difference.isEmpty()) {
      difference = states.difference();
      this.single.rollback();
    }
    if (difference.isPresent()) {
      return new Verdict.Different(
          "%s\n  %s\n  one PostgreSQL: %s\n  over shards: %s"
              .formatted(trial, difference.get(), expected, actual));
    }
    return refusal.isPresent() && actual instanceof Reply.Failure failure
        ? new Verdict.Refused(
            refusal.get(),
            String.valueOf(failure.error().getMessage()),
            expected instanceof Reply.Failure)
        : new Verdict.Equal();
  }

  /**
   * The answer of the one PostgreSQL, deferred constraints included, in a transaction that lasts.
   */
  private Reply uncommitted(Trial trial, Clauses clauses) {
    Reply answer = TrialRun.of(single, trial);
    if (answer instanceof Reply.Failure || !clauses.mayWrite()) {
      return answer;
    }
    Reply check = TrialRun.of(single, Trial.plain("SET CONSTRAINTS ALL IMMEDIATE"));
    return check instanceof Reply.Failure ? check : answer;
  }

  /** Whether it may not run in a transaction, as what is CONCURRENTLY. */
  private static boolean wantsNoTransaction(Reply answer) {
    return answer instanceof Reply.Failure failure
        && PSQLState.ACTIVE_SQL_TRANSACTION.getState().equals(failure.state());
  }

  private Reply committed(Trial trial) throws SQLException {
    single.rollback();
    single.setAutoCommit(true);
    try {
      return TrialRun.of(single, trial);
    } finally {
      single.setAutoCommit(false);
    }
  }

  /** Closes the connections of the twin; the DataSources that it was given stay open. */
  @Override
  public void close() throws SQLException {
    single.close();
    for (Connection shard : shards.values()) {
      shard.close();
    }
    try {
      if (owned != null) {
        owned.close();
      }
    } catch (SQLException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new SQLException("not closed", e);
    }
  }

  /** Describes the two sides of a twin. Not thread-safe. */
  public static final class Builder {

    private @Nullable DataSource single;
    private @Nullable DataSource sharded;
    private final Map<String, DataSource> shards = new LinkedHashMap<>();
    private @Nullable RoutingConfiguration routing;
    private @Nullable AutoCloseable owned;

    private Builder() {}

    /** The one PostgreSQL, which is right by definition. */
    public Builder single(DataSource dataSource) {
      this.single = dataSource;
      return this;
    }

    /** The DataSource over the shards that is tested. */
    public Builder sharded(DataSource dataSource) {
      this.sharded = dataSource;
      return this;
    }

    /** The server of a shard, to see what really lies there. */
    public Builder shard(String name, DataSource primary) {
      shards.put(name, primary);
      return this;
    }

    /** The declared tables, the same as the sharded DataSource has. */
    public Builder routing(RoutingConfiguration configuration) {
      this.routing = configuration;
      return this;
    }

    /** What is closed together with the twin. */
    Builder closing(AutoCloseable resource) {
      this.owned = resource;
      return this;
    }

    /**
     * Opens the twin. It holds one connection to the one PostgreSQL and one to each shard.
     *
     * @throws IllegalStateException if a side was not given
     */
    public TwinDatabase open() throws SQLException {
      return new TwinDatabase(this);
    }

    private static <T> T given(@Nullable T part, String name) {
      if (part == null) {
        throw new IllegalStateException("a twin needs " + name);
      }
      return part;
    }
  }
}
