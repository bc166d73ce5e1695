package io.shardjdbc.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.PostgresCluster;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.testcontainers.service.connection.ServiceConnection;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A cluster as a service of Boot's. Its servers are child processes, so that no Docker is needed;
 * those of a {@code ContainerCluster} differ in how they are started alone.
 */
@Tag("long")
@SpringBootTest(
    classes = ServiceConnectionTest.Application.class,
    properties = {
      "shardjdbc.tables.users.key=user_id",
      "shardjdbc.shards.s0.primary.url=jdbc:postgresql://none/none"
    })
class ServiceConnectionTest {

  @ServiceConnection
  static final ClusterContainer shards = ClusterContainer.of(PostgresCluster.builder().shards(2));

  static {
    shards.start(); // as Testcontainers' extension of JUnit does
  }

  @EnableAutoConfiguration
  static class Application {}

  @Autowired private DataSource dataSource;
  @Autowired private JdbcClient sql;

  @AfterAll
  static void stop() {
    shards.stop();
    assertThat(shards.isRunning()).isFalse();
  }

  @Test
  void theApplicationHasTheShardsOfTheCluster() {
    assertThat(dataSource).isInstanceOf(ShardDataSource.class);
    sql.sql("CREATE TABLE users (user_id bigint PRIMARY KEY, name text)").update();
    for (long id = 1; id <= 8; id++) {
      sql.sql("INSERT INTO users VALUES (?, 'someone')").param(id).update();
    }
    assertThat(sql.sql("SELECT count(*) FROM users").query(Long.class).single()).isEqualTo(8);
    assertThat(((ShardDataSource) dataSource).shards()).hasSize(2);
  }
}
