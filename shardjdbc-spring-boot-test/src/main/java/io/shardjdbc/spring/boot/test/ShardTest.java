package io.shardjdbc.spring.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Runs a test of a Spring application over real PostgreSQL shards, which the test kit starts.
 *
 * <pre>{@code
 * @ShardTest(shards = 4, config = "classpath:shards.yaml")
 * @DataJpaTest
 * class OrdersTest { .. }
 * }</pre>
 *
 * <p>It goes with {@code @SpringBootTest} and with every slice of Boot's that has a DataSource. The
 * shards are called s0, s1 and so on. Tests that ask for the same share servers, and a context of
 * Spring's has a database of its own on them. Servers end with the JVM.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface ShardTest {

  /** How many shards there are. */
  int shards() default 2;

  /** How many replicas each shard has. */
  int replicas() default 0;

  /**
   * The application's configuration file, as Spring names resources; its shards are replaced. Empty
   * where tables are described by properties below {@code shardjdbc}; these may name no shards
   * then.
   */
  String config() default "";
}
