package io.shardjdbc.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Spring's templates, transactions and translation of errors. */
@Tag("long")
class SpringJdbcTest {

  @RegisterExtension
  @Order(1)
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  @RegisterExtension
  @Order(2)
  static final BothWays both = new BothWays(cluster);

  @BeforeAll
  static void createTables() throws SQLException {
    both.execute(BothWays.SHOP);
  }

  @BeforeEach
  void fill() throws SQLException {
    both.execute("TRUNCATE customer", "TRUNCATE purchase");
    both.execute(
        "INSERT INTO customer (id, name, country_code) VALUES (1, 'ann', 'de'), (2, 'bob', 'fr'),"
            + " (3, 'cid', 'de'), (4, 'dan', null)");
  }

  @Test
  void templatesReadAndWrite() throws Exception {
    both.same(
        dataSource -> {
          JdbcTemplate template = new JdbcTemplate(dataSource);
          List<String> said = new ArrayList<>();
          int[][] counts =
              template.batchUpdate(
                  "INSERT INTO purchase (customer_id, number, amount) VALUES (?, ?, ?)",
                  List.of(1, 2, 3, 4, 5, 6),
                  4,
                  (statement, id) -> {
                    statement.setLong(1, id);
                    statement.setInt(2, 10 * id);
                    statement.setBigDecimal(3, new BigDecimal(id + ".50"));
                  });
          said.add("batches " + counts.length + " of " + counts[0].length);
          said.add("all " + template.queryForObject("SELECT count(*) FROM purchase", Long.class));
          said.add(
              "sum " + template.queryForObject("SELECT sum(amount) FROM purchase", Object.class));
          said.addAll(
              template.query(
                  "SELECT c.name, p.amount FROM customer c JOIN purchase p ON p.customer_id = c.id"
                      + " WHERE c.country_code = ? ORDER BY p.amount, c.id",
                  (row, n) -> row.getString("name") + " " + row.getBigDecimal("amount"),
                  "de"));
          said.add(template.queryForMap("SELECT * FROM customer WHERE id = ?", 2L).toString());
          said.add(
              new NamedParameterJdbcTemplate(dataSource)
                  .queryForList(
                      "SELECT name FROM customer WHERE id IN (:ids) ORDER BY id DESC",
                      Map.of("ids", List.of(1L, 3L, 4L)),
                      String.class)
                  .toString());
          said.add(
              "updated "
                  + JdbcClient.create(dataSource)
                      .sql("UPDATE customer SET name = upper(name) WHERE id = :id")
                      .param("id", 4)
                      .update());
          return said;
        });
  }

  @Test
  void generatedKeysAndInsertsByMetaData() throws Exception {
    both.same(
        dataSource -> {
          List<String> said = new ArrayList<>();
          GeneratedKeyHolder keys = new GeneratedKeyHolder();
          JdbcClient.create(dataSource)
              .sql("INSERT INTO customer (id, name) VALUES (?, ?)")
              .params(9L, "eve")
              .update(keys, "id", "version");
          said.add(String.valueOf(keys.getKeys()));
          SimpleJdbcInsert insert = new SimpleJdbcInsert(dataSource).withTableName("customer");
          said.add("rows " + insert.execute(Map.of("id", 10L, "name", "fay", "version", 3)));
          said.add(insert.getInsertString());
          return said;
        });
  }

  @Test
  void transactionsCommitRollBackAndNest() throws Exception {
    both.same(
        dataSource -> {
          JdbcTemplate template = new JdbcTemplate(dataSource);
          DataSourceTransactionManager manager = new DataSourceTransactionManager(dataSource);
          TransactionTemplate transaction = new TransactionTemplate(manager);
          TransactionTemplate nested = new TransactionTemplate(manager);
          nested.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
          String rename = "UPDATE customer SET name = ? WHERE id = 1";
          List<String> said = new ArrayList<>();
          transaction.executeWithoutResult(
              status -> {
                template.update(rename, "kept");
                nested.executeWithoutResult(
                    inner -> {
                      template.update(rename, "lost");
                      inner.setRollbackOnly();
                    });
              });
          said.add(name(template));
          said.add(failure(() -> transaction.executeWithoutResult(status -> fail(template))));
          said.add(name(template));
          TransactionTemplate readOnly = new TransactionTemplate(manager);
          readOnly.setReadOnly(true);
          readOnly.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
          said.add(
              readOnly.execute(
                  status ->
                      template.queryForObject(
                          "SELECT name || current_setting('transaction_isolation')"
                              + " FROM customer WHERE id = 1",
                          String.class)));
          said.add(
              failure(
                  () -> readOnly.executeWithoutResult(status -> template.update(rename, "never"))));
          return said;
        });
  }

  private static void fail(JdbcTemplate template) {
    template.update("UPDATE customer SET name = 'gone' WHERE id = 1");
    throw new IllegalStateException("on purpose");
  }

  private static String name(JdbcTemplate template) {
    return String.valueOf(
        template.queryForObject("SELECT name FROM customer WHERE id = 1", String.class));
  }

  @Test
  void errorsAreTranslatedAlike() throws Exception {
    both.same(
        dataSource -> {
          JdbcTemplate template = new JdbcTemplate(dataSource);
          return List.of(
              failure(() -> template.update("INSERT INTO customer (id, name) VALUES (1, 'x')")),
              failure(() -> template.update("INSERT INTO customer (id) VALUES (77)")),
              failure(() -> template.update("UPDATE customer SET country_code = 'xx' WHERE id=1")),
              failure(() -> template.queryForList("SELECT nothing FROM customer WHERE id = 1")),
              failure(() -> template.queryForList("SELECT nothing FROM customer")),
              failure(() -> template.queryForList("SELEC 1")),
              failure(() -> template.queryForObject("SELECT 1 / 0", Integer.class)),
              failure(
                  () ->
                      template.queryForObject(
                          "SELECT name FROM customer WHERE id = 99", String.class)));
        });
  }

  @Test
  void refusalsAreErrorsOfUse() {
    JdbcTemplate template = new JdbcTemplate(both.shards());
    assertThatThrownBy(() -> template.update("UPDATE customer SET id = 5 WHERE id = 1"))
        .isInstanceOf(InvalidDataAccessApiUsageException.class)
        .hasMessageContaining("SJ0308");
  }

  private static String failure(Runnable action) {
    try {
      action.run();
      return "none";
    } catch (DataAccessException | IllegalStateException e) {
      return e.getClass().getSimpleName();
    }
  }

  @Test
  void aTransactionOfSeveralShardsIsRefused() {
    DataSource shards = both.shards();
    JdbcTemplate template = new JdbcTemplate(shards);
    TransactionTemplate transaction =
        new TransactionTemplate(new DataSourceTransactionManager(shards));
    assertThatThrownBy(
            () ->
                transaction.executeWithoutResult(
                    status -> {
                      for (long id = 1; id <= 4; id++) {
                        template.update("UPDATE customer SET name = 'z' WHERE id = ?", id);
                      }
                    }))
        .isInstanceOf(DataAccessException.class)
        .hasMessageContaining("SJ0601");
  }
}
