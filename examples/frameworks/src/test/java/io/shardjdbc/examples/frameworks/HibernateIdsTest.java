package io.shardjdbc.examples.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.ShardDataSourceBuilder;
import io.shardjdbc.config.TransactionMode;
import io.shardjdbc.hibernate.SnowflakeGenerated;
import io.shardjdbc.ids.SnowflakeId;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.hibernate.HibernateException;
import org.hibernate.SessionFactory;
import org.hibernate.boot.MetadataSources;
import org.hibernate.boot.registry.StandardServiceRegistryBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.ds.PGSimpleDataSource;

/** Ids that Hibernate takes from the DataSource, over three shards. */
@Tag("long")
class HibernateIdsTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(3));

  /** Sharded by its id. */
  @Entity(name = "Account")
  static class Account {
    @Id @SnowflakeGenerated Long id;
    String owner;

    protected Account() {}

    Account(String owner) {
      this.owner = owner;
    }
  }

  private static SessionFactory open(DataSource dataSource) {
    return new MetadataSources(
            new StandardServiceRegistryBuilder()
                .applySetting("hibernate.connection.datasource", dataSource)
                .applySetting("hibernate.hbm2ddl.auto", "create")
                .applySetting("hibernate.jdbc.batch_size", "10")
                .build())
        .addAnnotatedClass(Account.class)
        .buildMetadata()
        .buildSessionFactory();
  }

  @Test
  void rowsHaveIdsBeforeTheyAreInsertedAndAreFoundByThem() throws SQLException {
    ShardDataSourceBuilder builder = ShardDataSource.builder();
    cluster.primaryUrls().forEach(builder::shard);
    try (ShardDataSource shards =
            builder
                .tables(tables -> tables.sharded("account", "id"))
                .transactions(TransactionMode.TWO_PHASE)
                .build();
        SessionFactory factory = open(shards)) {
      List<Account> accounts = new ArrayList<>();
      factory.inTransaction(
          session -> {
            for (int i = 0; i < 40; i++) {
              Account account = new Account("owner" + i);
              session.persist(account);
              assertThat(account.id).isPositive();
              accounts.add(account);
            }
          });
      List<Long> ids = accounts.stream().map(account -> account.id).toList();
      assertThat(ids).isSorted().doesNotHaveDuplicates();
      assertThat(ids.stream().map(id -> SnowflakeId.of(id).node()).distinct())
          .containsExactly(SnowflakeId.of(shards.ids().next()).node());
      factory.inSession(
          session ->
              accounts.forEach(
                  account ->
                      assertThat(session.find(Account.class, account.id).owner)
                          .isEqualTo(account.owner)));
    }
  }

  @Test
  void anotherDataSourceIsRefused() {
    PGSimpleDataSource alone = new PGSimpleDataSource();
    alone.setUrl(cluster.primaryUrls().get("s0"));
    alone.setCurrentSchema("pg_temp");
    try (SessionFactory factory = open(alone)) {
      assertThatThrownBy(
              () -> factory.inTransaction(session -> session.persist(new Account("nobody"))))
          .isInstanceOf(HibernateException.class)
          .hasMessageContaining("shardjdbc");
    }
  }
}
