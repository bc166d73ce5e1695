package io.shardjdbc.spring.boot4;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import io.shardjdbc.testkit.ClusterExtension;
import io.shardjdbc.testkit.PostgresCluster;
import java.util.Map;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.AutoConfigureTestDatabase;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.annotation.DirtiesContext.HierarchyMode;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.context.TestContextManager;

/**
 * A test of a slice of an application has the DataSource that the application has.
 *
 * <p>Spring's test framework is called without its extension, which wants a later JUnit.
 */
@Tag("long")
class SliceTest {

  @RegisterExtension
  static final ClusterExtension cluster = ClusterExtension.of(PostgresCluster.builder().shards(2));

  @JdbcTest
  @AutoConfigureTestDatabase(replace = AutoConfigureTestDatabase.Replace.NONE)
  static class Slice {
    @Autowired DataSource dataSource;
    @Autowired JdbcClient sql;

    @DynamicPropertySource
    static void shards(DynamicPropertyRegistry properties) {
      for (Map.Entry<String, String> shard : cluster.primaryUrls().entrySet()) {
        properties.add("shardjdbc.shards." + shard.getKey() + ".primary.url", shard::getValue);
      }
      properties.add("shardjdbc.tables.users.key", () -> "user_id");
    }
  }

  @Test
  void itsStatementsRunOnShards() throws Exception {
    TestContextManager manager = new TestContextManager(Slice.class);
    try {
      Slice slice = new Slice();
      manager.prepareTestInstance(slice);
      assertThat(slice.dataSource).isInstanceOf(ShardDataSource.class);
      slice.sql.sql("CREATE TABLE users (user_id bigint PRIMARY KEY)").update();
      slice.sql.sql("INSERT INTO users VALUES (1), (2), (3), (4), (5)").update();
      assertThat(slice.sql.sql("SELECT count(*) FROM users").query(Long.class).single())
          .isEqualTo(5);
    } finally {
      manager.getTestContext().markApplicationContextDirty(HierarchyMode.EXHAUSTIVE);
    }
  }
}
