package io.shardjdbc.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import com.p6spy.engine.spy.P6DataSource;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.shardjdbc.ShardConnection;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.QueryCountHolder;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What people wrap around a DataSource: proxies that look on, and pools. */
@Tag("long")
class ProxiesTest {

  @RegisterExtension
  @Order(1)
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension
  @Order(2)
  static final EachWay each =
      new EachWay(cluster, "transactions: two-phase\ntables: {leaf: {key: id}}\n");

  private static void around(UnaryOperator<DataSource> wrapping) throws Exception {
    each.same(dataSource -> run(wrapping.apply(dataSource)));
  }

  private static List<String> run(DataSource wrapped) {
    JdbcTemplate sql = new JdbcTemplate(wrapped);
    List<String> said = new ArrayList<>();
    sql.execute("DROP TABLE IF EXISTS leaf");
    sql.execute("CREATE TABLE leaf (id bigserial PRIMARY KEY, tree text, size int[])");
    GeneratedKeyHolder keys = new GeneratedKeyHolder();
    sql.update(
        connection ->
            connection.prepareStatement(
                "INSERT INTO leaf (tree) VALUES ('oak')", new String[] {"id"}),
        keys);
    said.add("key " + keys.getKey());
    List<Object[]> rows = List.of(new Object[] {"ash"}, new Object[] {"elm"}, new Object[] {"fir"});
    said.add("batch " + sql.batchUpdate("INSERT INTO leaf (tree) VALUES (?)", rows).length);
    TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(wrapped));
    transaction.executeWithoutResult(
        status -> {
          said.add("all " + sql.update("UPDATE leaf SET size = ARRAY[1, 2]"));
          status.setRollbackOnly();
        });
    said.add(sql.queryForList("SELECT * FROM leaf ORDER BY id").toString());
    said.add(
        sql.query("SELECT tree FROM leaf WHERE id = ?", (row, number) -> row.getString("tree"), 3)
            .toString());
    return said;
  }

  @Test
  void datasourceProxyCounts() throws Exception {
    around(dataSource -> ProxyDataSourceBuilder.create(dataSource).countQuery().build());
    assertThat(QueryCountHolder.getGrandTotal().getInsert()).isEqualTo(3 * 2);
    QueryCountHolder.clear();
  }

  @Test
  void p6spyLooksOn() throws Exception {
    around(P6DataSource::new);
  }

  @Test
  void proxiesOfSpring() throws Exception {
    around(LazyConnectionDataSourceProxy::new);
    around(TransactionAwareDataSourceProxy::new);
    each.same(
        dataSource -> {
          try (Connection connection = dataSource.getConnection()) {
            return run(new SingleConnectionDataSource(connection, true));
          }
        });
  }

  @Test
  void aPoolAround() throws Exception {
    each.same(
        dataSource -> {
          HikariConfig config = new HikariConfig();
          config.setDataSource(dataSource);
          config.setMaximumPoolSize(3);
          try (HikariDataSource pool = new HikariDataSource(config)) {
            return run(pool);
          }
        });
    try (HikariDataSource pool = new HikariDataSource()) {
      pool.setDataSource(each.shards());
      try (Connection connection = pool.getConnection()) {
        assertThat(connection.unwrap(ShardConnection.class)).isNotNull();
      }
    }
  }
}
