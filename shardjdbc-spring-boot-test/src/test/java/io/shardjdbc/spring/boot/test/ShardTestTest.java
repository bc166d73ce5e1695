package io.shardjdbc.spring.boot.test;

import static org.assertj.core.api.Assertions.assertThat;

import io.shardjdbc.ShardDataSource;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.test.context.TestContextManager;

/**
 * What the annotation gives a test.
 *
 * <p>Spring's test framework is called as its JUnit extension calls it.
 */
@Tag("long")
class ShardTestTest {

  @Configuration
  @EnableAutoConfiguration
  static class Application {}

  @ShardTest(shards = 3, config = "classpath:shards.yaml")
  @SpringBootTest(
      classes = Application.class,
      webEnvironment = WebEnvironment.NONE,
      properties = "spring.datasource.url=jdbc:shardjdbc:classpath:shards.yaml")
  static class ByFile {
    @Autowired DataSource dataSource;
    @Autowired JdbcTemplate sql;
  }

  static class SameAgain extends ByFile {}

  @ShardTest(replicas = 1)
  @SpringBootTest(
      classes = Application.class,
      webEnvironment = WebEnvironment.NONE,
      properties = "shardjdbc.tables.users.key=user_id")
  static class ByProperties {
    @Autowired DataSource dataSource;
    @Autowired JdbcTemplate sql;
  }

  private static <T> T prepared(Class<T> type, T test) throws Exception {
    new TestContextManager(type).prepareTestInstance(test);
    return test;
  }

  private static void use(DataSource dataSource, JdbcTemplate sql, int shards) {
    assertThat(dataSource).isInstanceOf(ShardDataSource.class);
    assertThat(((ShardDataSource) dataSource).shards()).hasSize(shards);
    sql.execute("CREATE TABLE users (user_id bigint PRIMARY KEY)");
    sql.update("INSERT INTO users VALUES (1), (2), (3), (4), (5), (6), (7)");
    assertThat(sql.queryForObject("SELECT count(*) FROM users", Long.class)).isEqualTo(7);
  }

  @Test
  void theShardsOfAFileAreReplaced() throws Exception {
    ByFile test = prepared(ByFile.class, new ByFile());
    use(test.dataSource, test.sql, 3);
    SameAgain same = prepared(SameAgain.class, new SameAgain());
    assertThat(same.dataSource).as("one context for both").isSameAs(test.dataSource);
  }

  @Test
  void propertiesOfTablesAreEnough() throws Exception {
    ByProperties test = prepared(ByProperties.class, new ByProperties());
    use(test.dataSource, test.sql, 2);
    assertThat(((ShardDataSource) test.dataSource).health())
        .allSatisfy(shard -> assertThat(shard.nodes()).hasSize(2));
  }
}
