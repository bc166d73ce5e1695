package io.shardjdbc.tests.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.RunningMap;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.ShardCopy;
import io.shardjdbc.ShardDataSource;
import io.shardjdbc.config.NodeConfiguration;
import io.shardjdbc.config.ShardConfiguration;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.observe.EndedTransaction;
import io.shardjdbc.observe.MapChange;
import io.shardjdbc.observe.PartListener;
import io.shardjdbc.observe.RoutedStatement;
import io.shardjdbc.observe.RoutedStatement.Way;
import io.shardjdbc.observe.ShardListener;
import io.shardjdbc.observe.StartedPart;
import io.shardjdbc.observe.StartedPart.Why;
import io.shardjdbc.observe.StartedStatement;
import io.shardjdbc.observe.StatementListener;
import io.shardjdbc.routing.CodedError;
import io.shardjdbc.routing.ErrorCode;
import io.shardjdbc.routing.ShardId;
import io.shardjdbc.routing.ShardMap;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What listeners hear of statements, their parts, and transactions. */
class ListenersTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  private static final Heard heard = new Heard();
  private static ShardDataSource dataSource;

  @BeforeAll
  static void open() throws SQLException {
    dataSource =
        Sample.builder(cluster)
            .transactions(TransactionMode.BEST_EFFORT)
            .listener(new Failing())
            .listener(heard)
            .build();
    Sample.createTables(dataSource);
    Sample.insertUsers(dataSource);
  }

  @AfterAll
  static void close() {
    dataSource.close();
  }

  @BeforeEach
  void forget() {
    heard.statements();
    heard.transactions();
  }

  /** A fault of one listener concerns neither the caller nor the others. */
  private static final class Failing implements ShardListener, StatementListener {
    @Override
    public StatementListener started(StartedStatement statement) {
      if (statement.batchSize() > 1) {
        throw new IllegalStateException("on purpose");
      }
      return this;
    }

    @Override
    public PartListener part(StartedPart part) {
      throw new IllegalStateException("on purpose");
    }

    @Override
    public void routed(RoutedStatement statement) {
      throw new IllegalStateException("on purpose");
    }
  }

  @Test
  void aReadOfOneKeyHasOnePart() throws SQLException {
    long user = Sample.userOn(dataSource, "s1");
    Sample.rows(dataSource, "SELECT name FROM users WHERE user_id = ?", user);
    Heard.Statement one = heard.only();
    RoutedStatement route = one.start.route().orElseThrow();
    assertThat(one.start.sql()).isEqualTo("SELECT name FROM users WHERE user_id = ?");
    assertThat(one.start.summary()).isEqualTo("SELECT users");
    assertThat(route.way()).isEqualTo(Way.ONE_SHARD);
    assertThat(route.mayWrite()).isFalse();
    assertThat(one.only().server().node()).isEqualTo("s1.primary");
    assertThat(one.only().server().port()).isEqualTo(cluster.shard("s1").primary().port());
    assertThat(one.only().why()).isEqualTo(Why.ONLY_SERVER);
    assertThat(one.end().error()).isEmpty();
    assertThat(one.end().rows()).isEmpty();
    assertThat(one.end().took()).isPositive().isLessThan(Duration.ofMinutes(1));
  }

  @Test
  void ofWhatWatchesNobodyHears() throws SQLException {
    try (Connection unheard = dataSource.openUnheard()) {
      assertThat(Sample.rows(unheard, "SELECT count(*) FROM users")).hasSize(1);
      unheard.setAutoCommit(false);
      Sample.rows(unheard, "SELECT count(*) FROM users");
      unheard.commit();
    }
    assertThat(heard.statements()).isEmpty();
    assertThat(heard.transactions()).isEmpty();
  }

  @Test
  void anotherMapIsHeardOf() throws SQLException {
    List<MapChange> changes = new ArrayList<>();
    ShardListener listener =
        new ShardListener() {
          @Override
          public void changed(MapChange change) {
            changes.add(change);
          }
        };
    Map<String, String> urls = cluster.primaryUrls();
    ShardId joining = new ShardId("s2");
    try (ShardDataSource growing =
        ShardDataSource.builder()
            .shard("s0", urls.get("s0"))
            .shard("s1", urls.get("s1"))
            .tables(t -> t.sharded("users", "user_id"))
            .listener(listener)
            .build()) {
      ShardMap before = RunningMap.of(growing);
      List<ShardId> three = new ArrayList<>(before.shards());
      three.add(joining);
      ShardMap after = before.next(three, Map.of());
      RunningMap.install(
          growing, after, ShardConfiguration.of("s2", NodeConfiguration.of(urls.get("s2"))));
      RunningMap.install(growing, after.next(before.shards(), Map.of()));
      assertThat(changes)
          .containsExactly(
              new MapChange(before.epoch(), after.epoch(), List.of(joining), List.of(), false),
              new MapChange(
                  after.epoch(), after.epoch().next(), List.of(), List.of(joining), false));
    }
  }

  @Test
  void aScatterHasAPartForEachShard() throws SQLException {
    Sample.rows(dataSource, "SELECT count(*) FROM users");
    Heard.Statement one = heard.only();
    assertThat(one.start.route().orElseThrow().way()).isEqualTo(Way.SCATTER);
    assertThat(one.nodes()).containsExactly("s0.primary", "s1.primary", "s2.primary");
  }

  @Test
  void aWriteTellsHowManyRowsItHasChanged() throws SQLException {
    Sample.execute(dataSource, "UPDATE users SET age = age WHERE user_id IN (1, 2, 3, 4)");
    Heard.Statement one = heard.only();
    assertThat(one.end().rows()).hasValue(4);
    assertThat(one.parts.values().stream().mapToLong(part -> part.rows().orElse(0)).sum())
        .isEqualTo(4);
    assertThat(one.start.route().orElseThrow().mayWrite()).isTrue();
  }

  @Test
  void whatIsGatheredTellsOfTheWayItTookInTheEnd() throws SQLException {
    Sample.rows(
        dataSource, "SELECT name, rank() OVER (ORDER BY name, user_id) FROM users ORDER BY name");
    Heard.Statement one = heard.only();
    assertThat(one.end().route().orElseThrow().way()).isEqualTo(Way.GATHER);
    assertThat(one.nodes()).contains("s0.primary", "s1.primary", "s2.primary");
  }

  @Test
  void aRefusedStatementStartsAndEndsWithItsCode() {
    assertThatThrownBy(() -> Sample.rows(dataSource, "SELECT * FROM nowhere"))
        .isInstanceOf(SQLException.class);
    Heard.Statement one = heard.only();
    assertThat(one.start.route()).isEmpty();
    assertThat(one.start.summary()).isEqualTo("SELECT nowhere");
    assertThat(one.parts).isEmpty();
    assertThat(((CodedError) one.end().error().orElseThrow()).code())
        .isEqualTo(ErrorCode.UNDECLARED_TABLE);
  }

  @Test
  void aFailureOfAServerIsThatOfItsPart() {
    assertThatThrownBy(() -> Sample.rows(dataSource, "SELECT 1 / (age - age) FROM users"))
        .hasMessageContaining("division by zero");
    Heard.Statement one = heard.only();
    assertThat(one.end().error()).isPresent();
    assertThat(one.parts.values()).anyMatch(part -> part.error().isPresent());
  }

  @Test
  void aBatchIsOneStatementOfManyEntries() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("UPDATE users SET age = age WHERE user_id = ?")) {
      for (long id = 1; id <= 30; id++) {
        statement.setLong(1, id);
        statement.addBatch();
      }
      statement.executeBatch();
    }
    Heard.Statement one = heard.only();
    assertThat(one.start.batchSize()).isEqualTo(30);
    assertThat(one.end().rows()).isEqualTo(OptionalLong.of(30));
    assertThat(one.nodes()).containsExactly("s0.primary", "s1.primary", "s2.primary");
  }

  @Test
  void eachStatementOfATextIsOneOfItsOwn() throws SQLException {
    Sample.execute(dataSource, "SELECT 1; SELECT count(*) FROM users");
    assertThat(heard.statements())
        .extracting(one -> one.start.summary())
        .containsExactly("SELECT", "SELECT users");
  }

  @Test
  void aCopyIsHeardOfWithItsRows() throws Exception {
    try (Connection connection = dataSource.getConnection()) {
      ShardCopy copy = connection.unwrap(ShardConnection.class).copy();
      copy.copyIn("COPY users (user_id, name) FROM STDIN", new StringReader("901\ta\n902\tb\n"));
    } finally {
      Sample.execute(dataSource, "DELETE FROM users WHERE user_id > 900");
    }
    Heard.Statement one = heard.statements().get(0);
    assertThat(one.start.summary()).isEqualTo("COPY users");
    assertThat(one.end().rows()).hasValue(2);
  }

  @Test
  void aTransactionTellsHowItEnded() throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      connection.commit(); // of nothing, of which nobody hears
      for (String shard : List.of("s0", "s1")) {
        long user = Sample.userOn(dataSource, shard);
        Sample.update(connection, "UPDATE users SET age = age WHERE user_id = ?", user);
      }
      connection.commit();
      Sample.rows(connection, "SELECT count(*) FROM users");
      connection.rollback();
    }
    assertThat(heard.transactions())
        .extracting(end -> end.outcome() + " " + end.shards() + " " + end.writers())
        .containsExactly("COMMITTED 2 2", "ROLLED_BACK 3 0");
    assertThat(EndedTransaction.Outcome.ROLLED_BACK.label()).isEqualTo("rolled_back");
  }

  @Test
  void whatACallerSeesIsTheSameWithListeners() throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(Sample.rows(statement.executeQuery("SELECT max(user_id) FROM users")))
          .containsExactly("60");
    }
    assertThat(Sample.lent(dataSource)).isZero();
  }
}
